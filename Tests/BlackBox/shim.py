# SPDX-License-Identifier: Apache-2.0
"""The shim that kills the program at named points (fail_points.c): built when it is needed, given orders, asked for its counts."""
import mmap
import os
import pathlib
import shutil
import struct
import subprocess
import sys

from harness import Failed, check

KINDS = ["statement", "log-write", "commit", "database-write", "database-sync", "request", "reply", "outgoing-connect",
         "outgoing-request", "outgoing-answer"]
# What is heard is heard: there is nothing before it that another point is not.
MOMENTS = {kind: ["after"] if kind in ("request", "outgoing-answer") else ["before", "after"] for kind in KINDS}
for _kind in ("log-write", "database-write", "reply", "outgoing-request"):
    MOMENTS[_kind] = ["before", "half", "after"]
_CODES = {"before": 0, "half": 1, "after": 2}
_SOURCE = pathlib.Path(__file__).with_name("fail_points.c")


def compiler():
    """A C compiler: the one that is named, the one that Swift brings, or the system's."""
    swift = shutil.which("swift")
    beside = str(pathlib.Path(swift).resolve().parent / "clang") if swift else None
    for name in (os.environ.get("CC"), beside, "clang", "cc", "gcc"):
        if name and shutil.which(name):
            return name
    return None


def build(folder):
    """The library, built; None with a reason where it may be left out."""
    name = compiler()
    reason = None if name else "no C compiler is found, not even beside swift"
    if not sys.platform.startswith("linux"):
        reason = "it needs Linux's LD_PRELOAD"
    if reason:
        if os.environ.get("CI"):
            raise Failed(reason)
        return None, reason
    library = folder / "fail_points.so"
    done = subprocess.run([name, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(_SOURCE), "-ldl", "-pthread"],
                          capture_output=True, text=True)
    check(done.returncode == 0, f"{name} cannot build the shim: {done.stderr[-800:]}")
    return library, None


class Point:
    """The nth call of a kind from now on; with `is_power_off`, what was written and not flushed is gone too."""

    def __init__(self, kind, number, moment, is_power_off=False):
        self.kind, self.number, self.moment, self.is_power_off = kind, number, moment, is_power_off

    def __str__(self):
        return f"{self.kind}:{self.number}:{self.moment}{' with the power off' if self.is_power_off else ''}"


class Control:
    """`struct control` of fail_points.c, in a file that is shared with one process after another."""

    _REMAINING = 8 * len(KINDS)
    _ORDER = _REMAINING + 8
    _STRUCK = _ORDER + 12
    _AHEAD = _STRUCK + 4
    _WHAT = _AHEAD + 8
    _SIZE = _WHAT + 256

    def __init__(self, library, path):
        path.write_bytes(bytes(self._SIZE))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), self._SIZE)
        self.environment = {"LD_PRELOAD": str(library), "FAIL_POINTS": str(path)}

    def counts(self):
        return dict(zip(KINDS, struct.unpack_from(f"<{len(KINDS)}Q", self.memory)))

    def arm(self, point):
        self.memory[self._WHAT:] = bytes(256)
        struct.pack_into("<4I", self.memory, self._ORDER, KINDS.index(point.kind), _CODES[point.moment], point.is_power_off, 0)
        struct.pack_into("<Q", self.memory, self._REMAINING, point.number)

    def disarm(self):
        struct.pack_into("<Q", self.memory, self._REMAINING, 0)

    @property
    def has_struck(self):
        return struct.unpack_from("<I", self.memory, self._STRUCK)[0] == 1

    @property
    def what(self):
        """What the process was about to do, in words."""
        return " ".join(bytes(self.memory[self._WHAT:]).split(b"\0")[0].decode(errors="replace").split())

    @property
    def ahead(self):
        return struct.unpack_from("<q", self.memory, self._AHEAD)[0]

    @ahead.setter
    def ahead(self, seconds):
        struct.pack_into("<q", self.memory, self._AHEAD, seconds)
