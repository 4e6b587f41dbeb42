# SPDX-License-Identifier: Apache-2.0
"""What a planted bug is."""
import dataclasses
import re
import typing

# Stands in the text of a bug for the switch that turns it on.
SWITCH = "PLANTED"


class Edit(typing.NamedTuple):
    """One place of the sources: `old` stands there exactly once, `new` keeps it beside the bug, and the switch decides."""
    file: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True)
class Bug:
    name: str
    # The way of failing that it stands for, as other shop software has shown it.
    kind: str
    # What goes wrong for the merchant.
    says: str
    edits: typing.List[Edit]
    # Checks of the gate that have to see it: a test file as `Module/File`, `simulate POLICY SEEDS`, or `black-box PART`.
    found_by: typing.List[str]
    # A check that never ends counts as found: the bug makes the hub stand still.
    may_hang: bool = False

    def spans(self, texts):
        """Where the edits stand in the sources, as (file, from, to, text with the switch); a list of what does not fit beside it."""
        spans, troubles = [], []
        for edit in self.edits:
            text = texts.get(edit.file)
            if text is None:
                troubles.append(f"{self.name}: there is no {edit.file}")
                continue
            count = text.count(edit.old)
            if count != 1:
                troubles.append(f"{self.name}: stands {count} times in {edit.file}: {edit.old.strip()[:90]}")
                continue
            at = text.index(edit.old)
            switched = re.sub(rf"\b{SWITCH}\b", f'plantedBug("{self.name}")', edit.new)
            spans.append((edit.file, at, at + len(edit.old), switched))
        if not any(re.search(rf"\b{SWITCH}\b", edit.new) for edit in self.edits):
            troubles.append(f"{self.name}: nothing in it asks for the switch")
        return spans, troubles


def bug(name, kind, says, *edits, found_by, may_hang=False):
    return Bug(name, kind, " ".join(says.split()), [Edit(*edit) for edit in edits], found_by, may_hang)
