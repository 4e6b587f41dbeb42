# SPDX-License-Identifier: Apache-2.0
"""Hours of business with everything that can go wrong, in virtual time: no promise is broken, and a seed gives the same run twice."""
import json

from harness import SOAK, check, run

# Runs of the commit gate and of the soak. A run of storms is eighteen schedules of faults after one another, one of the others is one.
STORMS = {"guarded": 4_600, "shared": 1_100} if SOAK else {"guarded": 210, "shared": 65}
SCHEDULES = 100_000 if SOAK else 5_000
LONG = 2_000 if SOAK else 20
TWICE = 1_000 if SOAK else 50
# Of the slowest machine, for each run.
SECONDS = 5
# Once nothing goes wrong any more. Amazon is asked every three minutes for what is two minutes old, as often as it allows, and sometimes two looks have to pass.
DRAIN_SECONDS = 900


def simulate(scenario, policy, last):
    done = run("simulate", "--scenario", scenario, "--policy", policy, "--seeds", f"1..{last}", "--json", seconds=last * SECONDS + 120)
    check(done.returncode in (0, 1) and done.stdout.strip(), f"simulate ended with {done.returncode}: {done.stderr[-800:]}")
    report = json.loads(done.stdout.strip().splitlines()[-1])
    check(report["violations"] == [], f"{scenario}, {policy}, promises broken: {report['violations'][:3]}\n{done.stderr[-4000:]}")
    check(report["runs"] == last == len(report["traces"]), f"{report['runs']} runs of {last}")
    # What nobody could know of is excused by the simulator itself: an article that somebody typed a count of.
    check(report["aboveBound"] == 0, f"{scenario}, {policy}: oversold beyond what was stated: {report['aboveBound']}")
    check(policy != "guarded" or report["worstBound"] == 0, f"{scenario}, guarded with nothing to be oversold: stated {report['worstBound']}")
    check(report["worstDrainSeconds"] <= DRAIN_SECONDS, f"{scenario}, {policy}: done {report['worstDrainSeconds']} seconds after the last trouble")
    return report


def part():
    first, again = simulate("faults", "shared", TWICE), simulate("faults", "shared", TWICE)
    others = [seed for seed, trace in again["traces"].items() if first["traces"][seed] != trace]
    check(not others, f"the seeds {others} did not give the same run twice")
    check(len(set(first["traces"].values())) == TWICE, "different seeds gave the same run: the trace tells nothing")
    check(first["oversold"] > 0, "shared oversold nothing: then guarded proves nothing")
    guarded = simulate("faults", "guarded", LONG)
    check(guarded["oversold"] == 0, f"guarded, with nothing to be oversold: {guarded['oversold']}")
    # While the office ships, cancels and refunds, and goods come in.
    office = simulate("office", "guarded", LONG)
    # And people type counts: what may be sold of such an article is more than anybody could know, until it was looked at.
    meddling = simulate("meddling", "guarded", LONG)
    storms = [simulate("storms", policy, count) for policy, count in STORMS.items()]
    schedules = sum(report["schedules"] for report in storms + [first, guarded, office, meddling])
    check(schedules >= SCHEDULES, f"only {schedules} schedules")
    longest = max(report["worstDrainSeconds"] for report in storms + [first, guarded, office, meddling])
    steps = sum(report["steps"] for report in storms) // sum(report["schedules"] for report in storms)
    return (f"{schedules:,} schedules, the short ones of {steps} steps, {sum(report['sold'] for report in storms):,} units sold in them, "
            f"{sum(report['calls'] for report in storms):,} calls; {TWICE} long ones twice with the same trace; done at most {longest} seconds after the last trouble")
