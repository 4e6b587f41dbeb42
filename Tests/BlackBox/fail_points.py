# SPDX-License-Identifier: Apache-2.0
"""The unmodified program is killed at named points: before and after each statement, flush, answer and outgoing call of each use case.
It serves again within five seconds on what is left; what it acknowledged is in, nothing is in twice, here and at the shops, and the audit is clean.

A C library that is put before the program's own counts its calls and kills it at the one that was ordered (fail_points.c); the program knows
nothing of it. At half of the points the power goes off too: what was not flushed to the disk is gone.
"""
import http.client
import os
import random
import time

import use_cases
from harness import SOAK, Failed, Folder, Hub, ask, check, seed_of, until
from kill import doubled, units_doubled
from shim import KINDS, MOMENTS, Control, Point, build

# What the gate takes of each use case, when it has enough, and when it gives up waiting for a kind of point that was not met yet.
KILLS = 10
SECONDS = 60
PATIENCE = 240
# The least of points that each use case has to have: a use case that has fewer is not counted at all.
LEAST = {"statement", "log-write", "commit"}


def points_of(counts):
    return [(kind, number, moment) for kind in KINDS for number in range(1, counts.get(kind, 0) + 1) for moment in MOMENTS[kind]]


def sample(points, count, chance):
    """So many of them, of each kind in turn and spread evenly over its points; in the night all, and each with the power off too."""
    if SOAK:
        return [Point(*point, is_power_off) for point in points for is_power_off in (False, True)]
    kinds = {}
    for point in points:
        kinds.setdefault(point[0], []).append(point)
    chosen = []
    for turn, own in enumerate(kinds.values()):
        share = min(len(own), (count + turn) // len(kinds))
        first = chance.random()
        chosen += [Point(*own[int((first + place) * len(own) / share)], chance.random() < 0.5) for place in range(share)]
    # On a slow machine the last are left out: what only some use cases have, and few of it, comes first.
    chosen.sort(key=lambda point: (not point.kind.startswith("database"), len(kinds[point.kind])))
    rare, others = chosen[:2], chosen[2:]
    chance.shuffle(others)
    return rare + others


def tried(act, thing):
    """Whether the act was acknowledged; a hub that died of it acknowledged nothing."""
    try:
        return act(thing)
    except (OSError, http.client.HTTPException):
        return False


class Tally:
    """What was done, over all use cases."""

    def __init__(self):
        self.points = self.kills = self.missed = self.power_cuts = 0
        self.kinds, self.slowest = set(), 0.0


class Run:
    """One use case: counted, then killed."""

    def __init__(self, world, case, chance, tally):
        self.world, self.case, self.chance, self.tally = world, case, chance, tally

    def count(self):
        """How many points the use case has."""
        thing = self.case.begin()
        before = self.world.control.counts()
        tried(self.case.act, thing)
        self.bring_to_end(thing)
        counts = {kind: count - before[kind] for kind, count in self.world.control.counts().items()}
        check(LEAST <= {kind for kind in counts if counts[kind]}, f"{self.case.name} has too few points: {counts}")
        points = points_of(counts)
        self.tally.points += len(points)
        return points

    def bring_to_end(self, thing):
        """Done until it is acknowledged, then until nothing is owed any more."""
        if not isinstance(self.case, use_cases.Start):
            until(20, f"{self.case.name} is acknowledged", lambda: tried(self.case.act, thing))
        try:
            until(60, f"after {self.case.name} everything that is owed is done", lambda: self.case.times(thing) and self.world.is_settled())
        except Failed as late:
            raise Failed(f"{late}; it is in {self.case.times(thing)} times; {self.world.in_words()}") from late
        times = self.case.times(thing)
        check(times == 1, f"{self.case.name} is in {times} times: {thing}")
        self.case.check(thing)

    def kill(self, point):
        world, control, hub = self.world, self.world.control, self.world.hub
        thing = self.case.begin()
        control.arm(point)
        was_acknowledged = tried(self.case.act, thing)
        until(60, "the hub dies, or is done without", lambda: control.has_struck or (hub.child.poll() is None and world.is_settled()))
        control.disarm()
        if not control.has_struck:
            # The hub's own rounds and the shops' messages come when they come: it did less this time than when it was counted.
            self.bring_to_end(thing)
            if point.number > 1:
                return self.kill(Point(point.kind, point.number // 2, point.moment, point.is_power_off))
            self.tally.missed += 1
            return
        code = hub.child.wait(10)
        check(code == -9, f"at {point} the process ended with {code}, not by the kill")
        self.tally.kills += 1
        self.tally.power_cuts += point.is_power_off
        self.tally.kinds.add(point.kind)
        check(not was_acknowledged or self.case.is_kept(thing), f"{self.case.name} was acknowledged and is lost")
        world.let_time_pass()
        self.tally.slowest = max(self.tally.slowest, world.start())
        if world.ahead() - world.signed_in > use_cases.SESSION_SECONDS:
            world.sign_in()
        self.bring_to_end(thing)
        hub.audit()
        check(not doubled(hub), f"doubled orders {doubled(hub)[:3]}")

    def kill_at(self, point):
        try:
            self.kill(point)
        except Failed as trouble:
            raise Failed(f"{self.case.name}, killed at {point} ({self.world.control.what}): {trouble}; the hub's log: {self.world.hub.tail()}") from trouble


def first_start(library, chance, tally):
    """The first start on an empty folder: whatever is left of the schema, the second start makes the rest."""
    def begin(folder):
        control, hub = Control(library, folder / "hub.points"), Hub(folder)
        hub.env = control.environment
        return control, hub

    with Folder() as folder:
        control, hub = begin(folder)
        hub.start(30)
        points = points_of(control.counts())
        hub.end()
    tally.points += len(points)
    for point in sample(points, 2 * KILLS, chance):
        with Folder() as folder:
            control, hub = begin(folder)
            control.arm(point)
            hub.launch()

            def is_over():
                ask(hub.port, seconds=1)
                return hub.child.poll() is not None

            until(20, f"the first start is killed at {point}", is_over)
            check(control.has_struck and hub.child.returncode == -9, f"at {point} the first start ended with {hub.child.returncode}: {hub.tail()}")
            tally.kills += 1
            tally.power_cuts += point.is_power_off
            tally.slowest = max(tally.slowest, hub.start())
            hub.audit()
            hub.end()
    return len(points)


def next_of(points, kinds):
    """The first point of a kind at which nothing was killed yet, or the first."""
    return next((place for place, point in enumerate(points) if point.kind not in kinds), 0)


def play(world, library, chance, tally, began):
    """Every use case in turn, one kill each, so that a slow machine has fewer of all and none of nothing."""
    runs = [Run(world, case, chance, tally) for case in use_cases.all_of(world)]
    todo = [(run, sample(run.count(), KILLS, chance)) for run in runs]
    counted = tally.points
    first = first_start(library, chance, tally)
    wanted = len(KINDS) if SOAK else len(KINDS) - 2

    def goes_on():
        seconds = time.monotonic() - began
        return SOAK or seconds < SECONDS or (len(tally.kinds) < wanted and seconds < PATIENCE)

    while any(points for _, points in todo) and goes_on():
        for run, points in todo:
            if points:
                run.kill_at(points.pop(next_of(points, tally.kinds)))
    left = sum(len(points) for _, points in todo)
    check(all(len(points) < KILLS for _, points in todo), "some use case was never killed")
    check(tally.missed <= tally.kills / 3, f"only {tally.kills} points were met, {tally.missed} were not")
    check(len(tally.kinds) >= wanted, f"never killed at {sorted(set(KINDS) - tally.kinds)}")
    sums(world)
    return (f"{len(runs) + 1} use cases, {counted + first:,} points, {tally.kills} kills at {len(tally.kinds)} kinds of points, {tally.power_cuts} with the power "
            f"off, {tally.missed} not met{f', {left} left for want of time' if left else ''}; nothing acknowledged lost, nothing twice, audits clean; "
            f"slowest start {tally.slowest:.2f} s")


def sums(world):
    """At the end: units held and shipped are those that were ordered, and the shops show what the hub says they show."""
    check(units_doubled(world.hub) == 0, f"{units_doubled(world.hub)} units more are held or shipped than were ordered")
    # What a guarded article shows may stay as long as no more can be sold of it than the hub counts with.
    expected = ("SELECT p.account, v.sku, p.guard, CASE p.guard WHEN 0 THEN p.wanted ELSE e.units END FROM publications p "
                "JOIN variants v ON v.number = p.variant LEFT JOIN exposures e ON e.listing = p.listing "
                "WHERE p.account < 3 AND p.problem IS NULL AND v.sku NOT LIKE '%/%' ORDER BY p.listing")
    # A figure that waits half a minute to be raised is raised.
    world.hub.kill()
    world.let_time_pass()
    world.start()
    world.settle()

    def others():
        shown = {account: shop.shown() for account, shop in world.shops.items()}
        return [(account, sku, guard, units, there) for account, sku, guard, units in world.hub.rows(expected) if units is not None
                and (there := shown[account].get(sku, units)) != units and not (guard and there < units)]

    try:
        until(10, "the shops show what the hub wants shown", lambda: not others())
    except Failed as late:
        raise Failed(f"{late}: account, article, guarded, expected, there: {others()[:5]}") from late


def part():
    seed = seed_of("fail-points")
    chance = random.Random(seed)
    with Folder() as folder:
        library, reason = build(folder)
        if library is None:
            return f"LEFT OUT: {reason}"
        tally, began = Tally(), time.monotonic()
        world = use_cases.World(folder, library, seed, orders=20_000 if SOAK else 700)
        try:
            return play(world, library, chance, tally, began)
        finally:
            world.end()
