# SPDX-License-Identifier: Apache-2.0
"""Runs one check of the gate in the copy, with a bug on or with none."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import typing

SECONDS_MAX = 300
# What the gate plays: a bug that is found only beyond it would slip through.
SEEDS_MAX = {"simulate": {"shared": 20, "guarded": 20}, "storms": {"guarded": 170, "shared": 40}}


class Outcome(typing.NamedTuple):
    # passed, failed, hung, or broken: it did not run at all.
    kind: str
    seconds: float
    # The first promise that it saw broken.
    what: str = ""
    tail: str = ""


def command(copy, check):
    words = check.split()
    if words[0] == "simulate":
        return [str(copy / ".build/release/tributary"), "simulate", "--scenario", "faults", "--policy", words[1], "--seeds", words[2]]
    if words[0] == "storms":
        return [str(copy / ".build/release/tributary"), "simulate", "--scenario", "storms", "--policy", words[1], "--seeds", words[2], "--shrink", "20"]
    if words[0] == "black-box":
        return [sys.executable, "Tests/BlackBox/run", *words[1:]]
    module, file = check.split("/")
    chosen = ["--filter", rf"^{module}\..*/{file}\.swift:"]
    # What `swift test` would start, without reading the package anew for every bug.
    program = copy / ".build/release/tributaryPackageTests.xctest"
    if program.is_file():
        return [str(program), "--testing-library", "swift-testing", *chosen]
    return ["swift", "test", "-c", "release", "--skip-build", *chosen]


def troubles(root, check):
    """Why this is no check of the gate; nothing when it is one."""
    words = check.split()
    if words[0] in SEEDS_MAX:
        ends = re.fullmatch(r"1\.\.(\d+)", words[2]) if len(words) == 3 else None
        good = ends and int(ends[1]) <= SEEDS_MAX[words[0]].get(words[1], 0)
        return [] if good else [f"the gate does not play '{check}'"]
    if words[0] == "black-box":
        gate = re.search(r"Tests/BlackBox/run ([a-z -]+) \|\|", (root / "scripts/test").read_text(encoding="utf-8"))
        return [] if gate and set(words[1:]) <= set(gate[1].split()) else [f"the gate does not run '{check}'"]
    module, _, file = check.partition("/")
    channel = module[:-len("ChannelTests")] if module.endswith("ChannelTests") else None
    folder = root / "Channels" / channel / "Tests" if channel and (root / "Channels" / channel).is_dir() else root / "Tests" / module
    return [] if any(folder.rglob(f"{file}.swift")) else [f"there is no test file {check}"]


def run(copy, check, bug=""):
    began = time.monotonic()
    # Not among the program's own settings, which the black box takes away from the programs that it starts.
    env = {**os.environ, "PLANTED_BUG": bug, "NO_COLOR": "1", "TRIBUTARY_BINARY": str(copy / ".build/release/tributary")}
    process = subprocess.Popen(command(copy, check), cwd=copy, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        text = process.communicate(timeout=SECONDS_MAX)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Outcome("hung", time.monotonic() - began, f"not done after {SECONDS_MAX} s")
    seconds = time.monotonic() - began
    tail = "\n".join(text.splitlines()[-15:])
    if process.returncode < 0:
        return Outcome("failed", seconds, "the process died", tail)
    if not has_run(check, text):
        return Outcome("broken", seconds, "it did not run", tail)
    if process.returncode == 0:
        return Outcome("passed", seconds)
    return Outcome("failed", seconds, seen(check, text), tail)


def has_run(check, text):
    """Whether the check itself was reached: not so with a build that fails or a filter that fits nothing."""
    if check.startswith(("simulate ", "storms ")):
        return "promises broken" in text or "runs" in text or "policy" in text
    if check.startswith("black-box "):
        return re.search(r"^\d+ passed, \d+ failed$", text, re.MULTILINE) is not None
    return "Test run started" in text and re.search(r"Test run with 0 tests", text) is None


def seen(check, text):
    """What the check said was broken, in a few words."""
    patterns = [r'✘ Test (?:case [^"]*?to )?"?(.+?)"? (?:recorded an issue|failed)',
                r"^\s+(\S+ .*)$" if check.startswith(("simulate ", "storms ")) else r"^FAILED  \S+  [\d.]+ s  (.*)$"]
    for pattern in patterns:
        found = re.search(pattern, text, re.MULTILINE)
        if found:
            return found[1][:140]
    return "it failed"
