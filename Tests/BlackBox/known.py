# SPDX-License-Identifier: Apache-2.0
"""What a part found, beside what is known not to be kept yet. Known things are said and let pass by their exact names; everything else fails,
and so does a known thing that does not show any more: then it is to be taken off its list."""
import threading

from harness import Failed


class Findings:
    def __init__(self, part, known):
        self.part, self.known = part, {name: (what, where) for name, what, where in known}
        self.lock = threading.Lock()
        self.seen, self.checked = {}, set()

    def check(self, name, condition, what):
        """A named check: a known name may fail and has to, every other must hold. `what` is text, or a function that makes it."""
        with self.lock:
            self.checked.add(name)
            if not condition:
                self.seen.setdefault(name, []).append(what() if callable(what) else what)

    def conclude(self):
        for name in sorted(self.seen.keys() & self.known.keys()):
            what, where = self.known[name]
            print(f"  {self.part}: not kept yet: {name}: {what} ({where}); {len(self.seen[name])} times, such as: {self.seen[name][0]}", flush=True)
        troubles = [f"{name} ({len(found)} times): {'; '.join(found[:3])}" for name, found in sorted(self.seen.items()) if name not in self.known]
        troubles += [f"{name} is on the list of what is not kept yet, but holds now: take it off"
                     for name in sorted(self.known) if name in self.checked and name not in self.seen]
        if troubles:
            raise Failed("\n    ".join(troubles))
