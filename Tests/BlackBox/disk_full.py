# SPDX-License-Identifier: Apache-2.0
"""On a full disk nothing is half-done. Messages get 503 and are never acknowledged without being kept, acts get 507, reads go on; once
there is room again everything goes on by itself, without a restart and without a person, and nothing acknowledged is lost.

The database lies on a small file system of its own, which needs the right to mount one. Where that is not given the part fails, unless
BLACKBOX_NO_MOUNT=1 says that it may be left out.
"""
import os
import random
import subprocess
import threading
import time
import urllib.error

import messages
from console import Console
from harness import SOAK, Failed, Folder, Hub, Twins, ask, check, free_ports, seed_of, until
from kill import doubled, lost, missing, units_doubled
from known import Findings
from line import Line
from relay import Relay

FILLS = 20 if SOAK else 3
DISK_BYTES = 48 << 20
RATE = 20
# How often a message has to be turned away before there is room again.
REFUSALS = 15
# How long a full disk stays full: the hub's own tries are a second apart, and it is to have come by several times.
LASTS_SECONDS = 3
# By turns there is no room at all, or now and then a crumb, as when a log is cut elsewhere: enough to keep a message, not to work through it.
CRUMBS = [0, 16 << 10, 24 << 10]
ROUNDS = 5

KNOWN = []


class Disk:
    """A file system of a few megabytes; filled and emptied by a file beside the database."""

    def __init__(self, path):
        self.path, self.ballast = path, path / "ballast"
        path.mkdir()

    def mount(self):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "tmpfs", str(self.path)], capture_output=True, text=True)
        return done.stderr.strip() if done.returncode else None

    def unmount(self):
        subprocess.run(["umount", "--lazy", str(self.path)], capture_output=True)

    def fill(self):
        """Takes all room."""
        with self.ballast.open("wb", buffering=0) as ballast:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        ballast.write(b"\1" * size)
                except OSError:
                    pass

    def crumble(self, size):
        """Gives a little of it back."""
        with self.ballast.open("r+b") as ballast:
            ballast.truncate(max(0, self.ballast.stat().st_size - size))

    def free(self):
        self.ballast.unlink(missing_ok=True)


class Seller(threading.Thread):
    """A shop of ours beside the twins: sends signed orders one after the other, and each again until it is taken."""

    def __init__(self, port, shop, first):
        super().__init__(daemon=True)
        self.line, self.shop, self.number = Line(port), shop, first
        self.ending, self.silent = threading.Event(), threading.Event()
        self.statuses, self.taken, self.refused = {}, [], 0

    def run(self):
        while not self.ending.is_set():
            body = messages.shopify_order(self.number, sku=f"DISK-{self.number % 7}")
            headers = messages.shopify(self.shop, body)
            while not self.ending.is_set():
                if self.silent.is_set():
                    self.ending.wait(0.02)
                    continue
                status = self.line.ask("POST", "/hooks/1", headers, body)[0]
                self.statuses[status] = self.statuses.get(status, 0) + 1
                if status == 200:
                    self.taken.append((headers["X-Shopify-Webhook-Id"], str(self.number)))
                    break
                self.refused += 1
                self.ending.wait(0.02)
            self.number += 1
            self.ending.wait(0.01)

    def end(self):
        self.ending.set()
        self.join()
        self.line.end()


def reads_go_on(hub, console, findings, crumb):
    for path in ["/", "/orders", "/products", "/channels", "/channels/1", "/exceptions", "/api/v1/orders", "/ready"]:
        try:
            console.get(path)
            trouble = None
        except (urllib.error.URLError, OSError) as error:
            trouble = str(error)
        findings.check("reads go on", trouble is None, f"{path} with crumbs of {crumb} bytes: {trouble}")
    findings.check("health", ask(hub.port)[0] == 200, "/health does not answer")


def acts_are_refused(console, sku, findings, crumb):
    """A change of stock at the console: done, or refused as a whole and told so."""
    try:
        where, _ = console.send(f"/products/{sku}", f"/products/{sku}/stock", key=f"disk-{os.urandom(8).hex()}", units="1", location="1",
                                reason="found", note="")
        status = 200 if "done=stock" in where else where
    except urllib.error.HTTPError as error:
        status = error.code
    findings.check("acts say what happened", status in (200, 507), f"with crumbs of {crumb} bytes the act led to {status}")
    return status == 200


def stock_found(hub):
    return hub.number("SELECT COUNT(*) FROM stock_entries WHERE reason = 'found'")


def tried(hub):
    return hub.rows("SELECT state, SUM(attempts) FROM inbox GROUP BY state")


def live_on_crumbs(hub, disk, seller, twins, crumb, chance):
    """Some messages are kept. Then the shops are silent, and the hub comes by them again and again, with room to begin and none to end."""
    kept, deadline = len(seller.taken), time.monotonic() + 20
    while len(seller.taken) < kept + 3 and time.monotonic() < deadline:
        disk.crumble(chance.randrange(crumb))
        time.sleep(0.05)
    twins.pause()
    seller.silent.set()
    try:
        for _ in range(ROUNDS):
            before, deadline = tried(hub), time.monotonic() + 1.2
            disk.crumble(crumb)
            while tried(hub) == before and time.monotonic() < deadline:
                time.sleep(0.02)
    finally:
        seller.silent.clear()
        twins.resume()


def fill_once(turn, hub, disk, seller, twins, relay, console, sku, findings, chance):
    crumb = CRUMBS[turn % len(CRUMBS)]
    refused, found = seller.refused + relay.refused, stock_found(hub)
    disk.fill()
    acts = []

    def enough():
        check(hub.child.poll() is None, f"the hub ended by itself: {hub.tail()}")
        if len(acts) < 50:
            acts.append(acts_are_refused(console, sku, findings, crumb))
        return seller.refused + relay.refused >= refused + REFUSALS
    until(90, "on the full disk messages are turned away", enough)
    reads_go_on(hub, console, findings, crumb)
    if crumb:
        live_on_crumbs(hub, disk, seller, twins, crumb, chance)
    else:
        lasting = time.monotonic() + LASTS_SECONDS
        until(2 * LASTS_SECONDS, "the full disk lasts", lambda: time.monotonic() > lasting)
    reads_go_on(hub, console, findings, crumb)
    gone = lost(hub, relay.snapshot())
    findings.check("acknowledged is kept", not gone, f"in turn {turn} {len(gone)} acknowledged messages are not in the inbox: {gone[:3]}")
    disk.free()
    taken, began = len(seller.taken), time.monotonic()
    until(20, "with room again messages are taken", lambda: len(seller.taken) > taken + 5)
    healed = time.monotonic() - began
    done = sum(acts)
    kept = stock_found(hub) - found
    findings.check("acts are whole", kept == done, f"{done} of {len(acts)} acts were said to be done, {kept} were")
    return healed


def drained(hub):
    return hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0


def settle(hub, relay, twins, seller, findings):
    """Everything that was acknowledged is in the book, once."""
    twins.end()
    seller.end()
    placed = {(1, number) for _, number in seller.taken} | relay.acknowledged_orders()
    unknown = {status: count for status, count in seller.statuses.items() if status not in (200, 503)}
    findings.check("messages get 200 or 503", not unknown, f"statuses {unknown}")
    keys = set(hub.rows("SELECT key FROM inbox WHERE account = 1"))
    gone = [key for key, _ in seller.taken if (key,) not in keys]
    gone += lost(hub, relay.snapshot())
    findings.check("acknowledged is kept", not gone, f"{len(gone)} acknowledged messages are lost: {gone[:3]}")
    until(60, "the inbox is empty", lambda: drained(hub))
    parked = hub.rows("SELECT e.kind, e.detail, COUNT(*) FROM inbox i JOIN exceptions e ON e.subject = 'inbox' AND e.subject_number = i.number "
                      "WHERE i.state = 2 GROUP BY e.kind")
    findings.check("nothing is parked", not parked, f"good messages wait for a person: {parked}")
    lacking = sorted(missing(hub, placed))
    findings.check("acknowledged orders are in the book", not lacking, f"{len(lacking)} of {len(placed)} are not, such as {lacking[:3]}")
    check(not doubled(hub), f"doubled orders {doubled(hub)[:3]}")
    check(units_doubled(hub) == 0, f"{units_doubled(hub)} units more are held or shipped than were ordered")


def part():
    seed, findings = seed_of("disk-full"), Findings("disk-full", KNOWN)
    chance = random.Random(seed)
    with Folder() as folder:
        disk = Disk(folder / "disk")
        trouble = disk.mount()
        if trouble:
            if os.environ.get("BLACKBOX_NO_MOUNT") == "1" and not os.environ.get("CI"):
                return f"LEFT OUT, as BLACKBOX_NO_MOUNT=1 allows: no file system can be mounted here ({trouble})"
            raise Failed(f"no file system can be mounted here ({trouble}); root may. BLACKBOX_NO_MOUNT=1 leaves the part out, but not with CI set")
        twins = Twins(rate=RATE, seed=seed % 1000 + 1, amazon_plan=10)
        public = free_ports(1)
        hub = Hub(disk.path, public_port=public)
        hub.log = folder / "hub.log"
        relay, seller = Relay(public, hub.port), None
        try:
            hub.connect(twins.settings)
            hub.start(seconds=30)
            console = Console(hub)
            until(30, "orders flow in", lambda: hub.number("SELECT COUNT(*) FROM orders") > 20)
            sku = hub.rows("SELECT sku FROM variants WHERE sku NOT LIKE '%/%' AND sku NOT LIKE '% %' ORDER BY number LIMIT 1")[0][0]
            seller = Seller(hub.port, twins.settings["shopify"], 50_000_000)
            seller.start()
            healed = [fill_once(turn, hub, disk, seller, twins, relay, console, sku, findings, chance) for turn in range(FILLS)]
            settle(hub, relay, twins, seller, findings)
            hub.audit()
            findings.conclude()
            return (f"{FILLS} fills; {len(seller.taken) + sum(map(len, relay.acknowledged.values()))} messages acknowledged and none lost, "
                    f"{seller.refused + relay.refused} turned away; taken again after at most {max(healed):.2f} s of room")
        finally:
            if seller:
                seller.ending.set()
            hub.end()
            twins.end()
            relay.end()
            disk.unmount()
