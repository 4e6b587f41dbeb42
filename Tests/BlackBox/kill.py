# SPDX-License-Identifier: Apache-2.0
"""The hub is killed at random instants under load. What it acknowledged stays; nothing is doubled; it is back at once."""
import os
import random
import time

from harness import CHANNELS, Failed, Folder, Hub, Twins, check, free_ports, until
from relay import Relay

TIMES = int(os.environ.get("BLACKBOX_KILLS", "100"))
RATE = 25


def lost(hub, acknowledged):
    """The acknowledged messages that are not in the hub's inbox."""
    kept = set(hub.rows("SELECT account, key FROM inbox"))
    return [(account, key) for account, keys in acknowledged.items() for key in keys if (account, key) not in kept]


def doubled(hub):
    return hub.rows("SELECT account, external_id, COUNT(*) FROM orders GROUP BY account, external_id HAVING COUNT(*) > 1")


def units_doubled(hub):
    """Units that left the shelves against units that were ordered: an order that was taken in twice shows here."""
    ordered = hub.number("SELECT COALESCE(SUM(ordered - removed), 0) FROM order_lines WHERE variant IS NOT NULL")
    held = hub.number("SELECT COALESCE(SUM(units), 0) FROM reservations") + hub.number("SELECT COALESCE(SUM(units), 0) FROM shortages")
    shipped = hub.number("SELECT COALESCE(SUM(shipped), 0) FROM order_lines WHERE variant IS NOT NULL")
    return held + shipped - ordered


def missing(hub, placed):
    return placed - set(hub.rows("SELECT account, external_id FROM orders"))


def sell_and_kill(hub, relay, chance):
    slowest = 0.0
    for turn in range(TIMES):
        instant = time.monotonic() + chance.uniform(0, 0.8)
        if turn % 2:
            hub.audit()
        while time.monotonic() < instant:
            time.sleep(min(0.01, max(0.0, instant - time.monotonic())))
        hub.kill()
        gone = lost(hub, relay.snapshot())
        check(not gone, f"kill {turn + 1}: {len(gone)} acknowledged messages are lost, such as {gone[:3]}")
        slowest = max(slowest, hub.start())
        hub.audit()
        check(not doubled(hub), f"kill {turn + 1}: doubled orders {doubled(hub)[:3]}")
    return slowest


def part():
    seed = int(os.environ.get("BLACKBOX_SEED") or random.randrange(1 << 32))
    print(f"  kill: seed {seed} (BLACKBOX_SEED={seed} kills after the same waits), {TIMES} kills, {RATE} orders a second", flush=True)
    began = time.monotonic()
    with Folder() as folder:
        twins = Twins(rate=RATE, seed=seed % 1000 + 1, amazon_plan=10)
        public = free_ports(1)
        hub = Hub(folder, public_port=public)
        relay = Relay(public, hub.port)
        try:
            hub.connect(twins.settings)
            hub.start(seconds=30)
            until(30, "orders flow in", lambda: hub.number("SELECT COUNT(*) FROM orders") > 20)
            slowest = sell_and_kill(hub, relay, random.Random(seed))
            settle(hub, relay, twins, slowest, began)
        finally:
            hub.end()
            twins.end()
            relay.end()


def settle(hub, relay, twins, slowest, began):
    """The last hub lives on until everything that was sold at the two shops with webhooks is in its book."""
    placed = {(account, order) for account, channel in enumerate(CHANNELS[:2], 1) for order in list(twins.placed[channel])}
    try:
        until(90, "every order of Shopify and WooCommerce is in the hub", lambda: not missing(hub, placed))
    except Failed as late:
        lacking = sorted(missing(hub, placed))
        streams = hub.rows("SELECT account, stream, cursor_at, ok_at, failures, problem FROM streams WHERE account < 3")
        states = dict(hub.rows("SELECT state, COUNT(*) FROM inbox GROUP BY state"))
        raise Failed(f"{late}: {len(lacking)} of {len(placed)} lack, {lacking[:3]} to {lacking[-3:]}; inbox {states}; streams {streams}") from late
    gone = lost(hub, relay.snapshot())
    check(not gone, f"{len(gone)} acknowledged messages are lost")
    # The shops go on selling: what was acknowledged up to now has to be in the book in a moment, not at once.
    acknowledged = relay.acknowledged_orders()
    until(20, "every acknowledged order is in the book", lambda: not missing(hub, acknowledged))
    check(not doubled(hub), f"doubled orders {doubled(hub)[:3]}")
    twins.end()
    until(20, "the inbox is empty", lambda: hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0)
    check(units_doubled(hub) == 0, f"{units_doubled(hub)} units more are held or shipped than were ordered")
    hub.audit()
    parked = hub.number("SELECT COUNT(*) FROM inbox WHERE state = 2")
    amazon = hub.number("SELECT COUNT(*) FROM orders WHERE account = 3")
    keys = sum(map(len, relay.acknowledged.values()))
    print(f"  kill: {twins.count} orders placed, {keys} messages acknowledged and none lost, {relay.refused} turned away while the hub was down, "
          f"{parked} parked, {amazon} of {len(twins.placed['amazon'])} Amazon orders so far (it is polled two minutes late, so they are not waited for); "
          f"slowest start {slowest:.2f} s, resident {hub.resident_bytes():,} bytes, {time.monotonic() - began:.0f} s", flush=True)
