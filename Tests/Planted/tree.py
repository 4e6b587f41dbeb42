# SPDX-License-Identifier: Apache-2.0
"""The copy of the checkout in which the bugs are planted."""
import pathlib
import shutil
import subprocess


# Each module with a bug has its own: none needs to know another for it.
SWITCH = """\
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Made by `Tests/Planted/run`, in a copy that only tests are built from. One bug at most is on, by its name.
private let planted = ProcessInfo.processInfo.environment["PLANTED_BUG"]

func plantedBug(_ name: String) -> Bool { planted == name }
"""
SWITCH_FILE = "Planted.swift"
# Folders of which nothing may be left over from an earlier copy.
OURS = ["Sources", "Channels", "Tests", "Plugins"]


class Trouble(Exception):
    """The copy cannot be made."""


def spans(root, bugs):
    """All edits by file, as (from, to, text) in the order they stand, and what does not fit."""
    files = {edit.file for bug in bugs for edit in bug.edits}
    texts = {file: (root / file).read_text(encoding="utf-8") for file in files if (root / file).is_file()}
    found, troubles = {}, []
    for bug in bugs:
        mine, wrong = bug.spans(texts)
        troubles += wrong
        for file, start, end, text in mine:
            found.setdefault(file, []).append((start, end, text, bug.name))
    for file, edits in found.items():
        edits.sort()
        for (_, end, _, one), (start, _, _, other) in zip(edits, edits[1:]):
            if start < end:
                troubles.append(f"{one} and {other} edit the same place of {file}")
    return found, troubles


def folder_of_module(file):
    """`Sources/Orders` or `Channels/Shopify/Sources`."""
    parts = pathlib.PurePosixPath(file).parts
    return "/".join(parts[:3] if parts[0] == "Channels" else parts[:2])


def with_bugs(root, bugs):
    """The texts that differ in the copy."""
    found, _ = spans(root, bugs)
    texts = {}
    for file, edits in found.items():
        text = (root / file).read_text(encoding="utf-8")
        for start, end, switched, _ in reversed(edits):
            text = text[:start] + switched + text[end:]
        texts[file] = text.encode()
        texts[f"{folder_of_module(file)}/{SWITCH_FILE}"] = SWITCH.encode()
    return texts


def listed(root):
    """The files of the checkout, committed or not yet, without what is ignored."""
    found = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    return sorted(name for name in set(found) if name and (root / name).is_file())


def make(root, copy, bugs):
    """Makes the copy, or brings an earlier one up to date; what is the same is not touched, so that it is not compiled again."""
    if (copy / ".git").exists() or copy == root:
        raise Trouble(f"{copy} holds a checkout: bugs are planted in a copy only.")
    switched = with_bugs(root, bugs)
    names = listed(root)
    if (root / "Package.resolved").is_file():
        names.append("Package.resolved")
    kept = set(names) | set(switched)
    for folder in OURS:
        for path in sorted((copy / folder).rglob("*")):
            if path.is_file() and path.relative_to(copy).as_posix() not in kept and "__pycache__" not in path.parts:
                path.unlink()
    for name in sorted(kept):
        target, wanted = copy / name, switched.get(name)
        if wanted is None:
            wanted = (root / name).read_bytes()
        if target.is_file() and target.read_bytes() == wanted:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(wanted)
        if (root / name).is_file():
            shutil.copymode(root / name, target)


def build(copy):
    log = copy / ".build" / "planted.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"building {copy}, see {log}", flush=True)
    with open(log, "wb") as out:
        done = subprocess.run(["swift", "build", "-c", "release", "--build-tests"], cwd=copy, stdin=subprocess.DEVNULL, stdout=out,
                              stderr=subprocess.STDOUT)
    if done.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in lines if "error:" in line] or lines[-30:]
        raise Trouble("The copy cannot be built:\n" + "\n".join(errors[:30]))


