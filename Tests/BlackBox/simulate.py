# SPDX-License-Identifier: Apache-2.0
"""Hours of business with everything that can go wrong, in virtual time: no promise is broken, and a seed gives the same run twice."""
import json
import os

from harness import check, run

# Schedules of the commit gate, and of the soak; the first of them are run twice.
SEEDS = 100_000 if os.environ.get("TRIBUTARY_SOAK") else 60
TWICE = 1_000 if os.environ.get("TRIBUTARY_SOAK") else 15


def simulate(last, seconds, policy="shared"):
    done = run("simulate", "--scenario", "faults", "--policy", policy, "--seeds", f"1..{last}", "--json", seconds=seconds)
    check(done.returncode in (0, 1) and done.stdout.strip(), f"simulate ended with {done.returncode}: {done.stderr[-800:]}")
    report = json.loads(done.stdout.strip().splitlines()[-1])
    check(report["violations"] == [], f"promises broken: {report['violations'][:3]}\n{done.stderr[-4000:]}")
    check(report["runs"] == last == len(report["traces"]), f"{report['runs']} runs of {last}")
    return report


def part():
    first = simulate(SEEDS, seconds=SEEDS * 2 + 60)
    again = simulate(TWICE, seconds=TWICE * 2 + 60)
    others = [seed for seed, trace in again["traces"].items() if first["traces"][seed] != trace]
    check(not others, f"the seeds {others} did not give the same run twice")
    check(len(set(first["traces"].values())) == SEEDS, "different seeds gave the same run: the trace tells nothing")
    guarded = simulate(SEEDS // 2, seconds=SEEDS * 2 + 60, policy="guarded")
    figures = {name: guarded[name] for name in ("oversold", "aboveBound", "worstBound")}
    check(set(figures.values()) == {0}, f"guarded, with nothing to be oversold: {figures}")
    check(first["oversold"] > 0, "shared oversold nothing: then guarded proves nothing")
    return f"{SEEDS} schedules, {SEEDS // 2} of them guarded, {first['sold']} units sold, {first['calls']} calls, {TWICE} of them twice with the same trace"
