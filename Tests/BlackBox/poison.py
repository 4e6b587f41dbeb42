# SPDX-License-Identifier: Apache-2.0
"""One message in a hundred is poison, signed as it should be and not to be read. Its neighbours all come through, each poison is kept as it
came with a reason that a person sees, and can be tried again from the console.

The poison: bodies that no JSON reader may take (JSONTestSuite, where TRIBUTARY_DATASETS has it), and orders with one thing wrong.
"""
import json
import os
import pathlib
import random
import tarfile
import threading
import time

import messages
from console import Console
from harness import SOAK, check, listed_hub, seed_of, until
from known import Findings
from line import Line

MESSAGES = 50_000 if SOAK else 3_000
ONE_IN = 100
SENDERS = 3
REPLAYS = 20

KNOWN = []


def broken_json():
    """Files that must be refused, by name; none when the data set is not there."""
    folder = os.environ.get("TRIBUTARY_DATASETS")
    archive = pathlib.Path(folder or "/nowhere") / "hostile-input/json-test-suite/test_parsing.tar.gz"
    if not archive.is_file():
        print("  poison: LEFT OUT: TRIBUTARY_DATASETS has no hostile-input/json-test-suite, only our own broken orders are sent", flush=True)
        return []
    with tarfile.open(archive) as files:
        return [(one.name.rsplit("/", 1)[-1], files.extractfile(one).read()) for one in files if "/n_" in one.name and one.isfile()]


def spoiled(number, sku):
    """Orders of both shops with one thing wrong, each enough to park it."""
    def shopify(**more):
        return 1, json.dumps({**json.loads(messages.shopify_order(number, sku=sku)), **more}).encode()

    def line(**more):
        order = json.loads(messages.shopify_order(number, sku=sku))
        order["line_items"][0].update(more)
        return 1, json.dumps(order).encode()

    def woo(**more):
        return 2, json.dumps({**json.loads(messages.woocommerce_order(number, sku=sku)), **more}).encode()

    whole = messages.shopify_order(number, sku=sku)
    return {
        "a negative quantity": line(quantity=-1), "a quantity that is text": line(quantity="many"), "a quantity beyond all shelves": line(quantity=10 ** 30),
        "half a unit": line(quantity=0.5), "a price that is no number": line(price="free"), "a price beyond all money": shopify(total_price="9" * 40),
        "an unknown currency": shopify(currency="ZZZ"), "a day that is not": shopify(updated_at="2026-02-30T25:61:00Z"), "no id": shopify(id=None),
        "no lines": shopify(line_items=None), "lines that are no list": shopify(line_items={"0": 1}), "a line that is null": shopify(line_items=[None]),
        "cut in the middle": (1, whole[:len(whole) // 2]), "two at once": (1, whole + whole), "the other shop's order": (2, whole),
        "not UTF-8": (1, whole.replace(b"Article", b"\xc3\x28\xff")), "half a pair": (1, whole.replace(b"Article", b"\\ud800")),
        "a negative quantity at WooCommerce": (2, messages.woocommerce_order(number, quantity=-1, sku=sku)), "no status": woo(status=None),
        "no currency": woo(currency=None), "a refund beyond all money": woo(refunds=[{"id": 1, "total": "-" + "9" * 40}]),
        "an empty message": (1, b""), "a list": (1, b"[]"), "a word": (2, b'"order"'), "null": (1, b"null"),
    }


# A reader may be kinder than we thought; then the message is no poison, and has to be in the book.
MAY_BE_READ = {"half a pair", "a line that is null", "a refund beyond all money"}


class Sender(threading.Thread):
    def __init__(self, hub, shops, orders):
        super().__init__(daemon=True)
        self.line, self.shops, self.orders = Line(hub.port), shops, orders
        self.took, self.statuses = [], {}

    def run(self):
        for account, body, topic in self.orders:
            headers = messages.shopify(self.shops[0], body, topic) if account == 1 else messages.woocommerce(self.shops[1], body, topic)
            began = time.monotonic()
            status = self.line.ask("POST", f"/hooks/{account}", headers, body)[0]
            self.took.append(time.monotonic() - began)
            self.statuses[status] = self.statuses.get(status, 0) + 1
        self.line.end()


def send(hub, shops, orders):
    """Sends over a few connections at once; tells the statuses, how long the slowest in a hundred took, and how long the book took after the first."""
    began = time.monotonic()
    senders = [Sender(hub, shops, orders[turn::SENDERS]) for turn in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    until(60 + len(orders) / 100, "the inbox is empty", lambda: hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0)
    took = sorted(each for sender in senders for each in sender.took)
    statuses = {}
    for sender in senders:
        for status, count in sender.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return statuses, took[len(took) * 99 // 100] * 1000, time.monotonic() - began


def healthy(numbers, sku, chance):
    out = []
    for number in numbers:
        account = chance.choice([1, 2])
        body = messages.shopify_order(number, sku=sku) if account == 1 else messages.woocommerce_order(number, sku=sku)
        out.append((account, body, "orders/create" if account == 1 else "order.created"))
    return out


def poisons(count, sku, chance):
    """Account, body and name of each: every kind once, then by lot. The numbers make them messages of their own."""
    broken = broken_json()
    made = []
    while len(made) < count:
        number = 900_000_000 + len(made)
        own = spoiled(number, sku)
        if len(made) < len(own):
            name = list(own)[len(made)]
        else:
            name = chance.choice(list(own)) if not broken or chance.random() < 0.3 else None
        if name:
            made.append((*own[name], name))
        else:
            name, body = chance.choice(broken)
            # White space at the end makes it one of its own, and changes nothing of what is wrong; a file cut short stays so.
            made.append((chance.choice([1, 2]), body + b" " * len(made), name))
    return made


def parked(hub):
    """Each parked message's body with the exception that shows it."""
    return hub.rows("SELECT i.number, i.account, i.body, e.number, e.kind, e.detail FROM inbox i LEFT JOIN exceptions e ON e.subject = 'inbox' "
                    "AND e.subject_number = i.number AND e.closed_at IS NULL WHERE i.state = 2 ORDER BY i.number")


def kept_and_shown(hub, console, poison, findings):
    """Every poison is parked as it came, with a reason; the console shows it."""
    found = {(account, bytes(body)): (number, kind, json.loads(detail) if detail else {}) for _, account, body, number, kind, detail in parked(hub)}
    orders = {external for (external,) in hub.rows("SELECT external_id FROM orders WHERE external_id >= '900000000'")}
    for turn, (account, body, name) in enumerate(poison):
        number, kind, detail = found.get((account, body), (None, None, {}))
        if name in MAY_BE_READ and (account, body) not in found:
            continue
        findings.check(f"parked: {name}", (account, body) in found, f"neither parked nor known: {body[:120]!r}")
        findings.check(f"not in the book: {name}", str(900_000_000 + turn) not in orders, "an order was made of it")
        findings.check(f"has a reason: {name}", number is not None and kind and detail.get("why") is not None, f"exception {number} {kind} {detail}")
    return found


def replayed(hub, console, findings, chance):
    """Pressed Replay: tried again, and what still cannot be read waits again, as it came."""
    before = parked(hub)
    chosen = chance.sample(before, min(REPLAYS, len(before)))
    for message, _, body, number, kind, _ in chosen:
        page = console.get(f"/exceptions/{number}")[1]
        findings.check("the page has a button", f"/exceptions/{number}/replay" in page, f"exception {number} ({kind}) has none")
        where, _ = console.send(f"/exceptions/{number}", f"/exceptions/{number}/replay")
        findings.check("replay is done", "done=replayed" in where, f"exception {number} ({kind}) led to {where}")
        again = ("SELECT 1 FROM exceptions e JOIN inbox i ON i.number = e.subject_number WHERE e.subject = 'inbox' AND e.closed_at IS NULL "
                 "AND i.number = ? AND i.state = 2 AND i.attempts = 1 AND i.body = ?")
        until(20, f"message {message} ({kind}) is open again", lambda: hub.rows(again, message, body))
    findings.check("nothing else moved", [row[:3] for row in parked(hub)] == [row[:3] for row in before], "other messages were parked or let go")
    return len(chosen)


def part():
    seed, findings = seed_of("poison"), Findings("poison", KNOWN)
    chance = random.Random(seed)
    with listed_hub() as (hub, twins):
        sku = hub.rows("SELECT sku FROM variants ORDER BY number LIMIT 1")[0][0]
        shops = [twins.settings["shopify"], twins.settings["woocommerce"]]
        half = MESSAGES // 2
        clean = healthy(range(1_000_000, 1_000_000 + half), sku, chance)
        _, calm, calm_seconds = send(hub, shops, clean)
        poison = poisons(MESSAGES // ONE_IN, sku, chance)
        neighbours = healthy(range(2_000_000, 2_000_000 + MESSAGES), sku, chance)
        mixed = list(neighbours)
        for place, (account, body, _) in enumerate(poison):
            mixed.insert(place * (ONE_IN + 1) + chance.randrange(ONE_IN), (account, body, "orders/create" if account == 1 else "order.created"))
        statuses, shaken, shaken_seconds = send(hub, shops, mixed)
        findings.check("acknowledged", set(statuses) == {200}, f"statuses {statuses}")
        kept = hub.number("SELECT COUNT(DISTINCT external_id) FROM orders WHERE external_id BETWEEN '2000000' AND '2999999' AND LENGTH(external_id) = 7")
        findings.check("neighbours come through", kept == MESSAGES, f"{kept} of {MESSAGES}")
        innocent = hub.number("SELECT COUNT(*) FROM inbox WHERE state = 2") - len(poison)
        findings.check("only poison is parked", innocent <= 0, f"{innocent} more messages are parked than were poisoned")
        console = Console(hub)
        found = kept_and_shown(hub, console, poison, findings)
        check(found, "nothing is parked at all")
        again = replayed(hub, console, findings, chance)
        hub.audit()
        findings.conclude()
        return (f"{MESSAGES:,} good messages among {len(poison)} poisoned: all in the book; {len(found)} parked, {again} replayed; 99 % acknowledged "
                f"within {shaken:.1f} ms (without poison {calm:.1f} ms), {(MESSAGES + len(poison)) / shaken_seconds:,.0f} a second "
                f"(without {half / calm_seconds:,.0f})")
