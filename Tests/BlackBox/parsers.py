# SPDX-License-Identifier: Apache-2.0
"""Every parser of what comes from outside, fed with spoiled inputs in processes of its own (Tests/ParserTorture): none may trap, as a trap ends
the whole hub, and none may take more than a tenth of a second of the processor for an input of up to 256 KiB.

A trap is told with the parser, the seed and the number of the input; `parser-torture show PARSER SEED NUMBER` prints it.
"""
import concurrent.futures
import json
import os
import struct
import subprocess
import time

from harness import BINARY, SOAK, Failed, Folder, check, environment, seed_of

TORTURE = BINARY.with_name("parser-torture")
COUNT = 10_000_000 if SOAK else 100_000
# What a parser may have of the processor: a slow one reads fewer inputs, and the output says how many.
SECONDS = 1200 if SOAK else 30
# What is shown of an input.
SHOWN = 400


def torture(*words, seconds=60):
    more = {name: value for name, value in os.environ.items() if name == "TRIBUTARY_SPECS"}
    return subprocess.run([str(TORTURE), *map(str, words)], capture_output=True, timeout=seconds, env=environment(more))


def shown(parser, seed, number):
    said = torture("show", parser, seed, number).stdout
    label, _, text = said.partition(b"\n")
    return f"'parser-torture show \"{parser}\" {seed} {number}': {label.decode(errors='replace')[:SHOWN]} | {text[:SHOWN]!r}"


def read_all(parser, seed, progress):
    """What the parser did with its inputs, and what went wrong."""
    done = torture("run", parser, seed, 0, COUNT, SECONDS, progress, seconds=60 + 10 * SECONDS)
    if done.returncode != 0:
        number = struct.unpack("<q", progress.read_bytes())[0] if progress.is_file() else -1
        return None, [f"{parser} ended its process with {done.returncode}: {shown(parser, seed, number)}: {done.stderr.decode(errors='replace')[-SHOWN:]}"]
    said = json.loads(done.stdout)
    return said, [f"{parser} took {slow['milliseconds']} ms for {slow['bytes']:,} bytes: {shown(parser, seed, slow['number'])}" for slow in said["slow"]]


def part():
    seed = seed_of("parsers")
    check(TORTURE.is_file(), f"there is no {TORTURE}: 'swift build -c release --product parser-torture'")
    names = torture("list").stdout.decode().split("\n")[:-1]
    check(len(names) > 15, f"only {len(names)} parsers are known")
    reports, troubles, began = [], [], time.monotonic()
    with Folder() as folder:
        with concurrent.futures.ThreadPoolExecutor(2) as pair:
            done = list(pair.map(lambda place: read_all(names[place], seed, folder / f"progress-{place}"), range(len(names))))
        for name, (report, wrong) in zip(names, done):
            troubles += wrong
            if report:
                reports.append(report)
                # WooCommerce says nothing of limits.
                check(report["read"] > 0 or name.endswith("rate limits"), f"{name} read none of {report['count']} inputs: its samples are no good")
    if troubles:
        raise Failed("\n    ".join(troubles))
    fewer = {report["parser"]: report["count"] for report in reports if report["count"] < COUNT}
    slowest = max(reports, key=lambda report: report["slowest"]["microseconds"])
    if fewer:
        print(f"  parsers: fewer than {COUNT:,} for want of time: " + ", ".join(f"{name} {count:,}" for name, count in fewer.items()), flush=True)
    return (f"{len(reports)} parsers, {sum(report['count'] for report in reports):,} inputs, {sum(report['read'] for report in reports):,} of them read, "
            f"no trap; slowest {slowest['slowest']['microseconds'] / 1000:.1f} ms for {slowest['slowest']['bytes']:,} bytes ({slowest['parser']}); "
            f"{time.monotonic() - began:.0f} s")
