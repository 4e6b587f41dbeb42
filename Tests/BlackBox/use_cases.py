# SPDX-License-Identifier: Apache-2.0
"""What people, shops and programs do to the hub, each so that it can be done again with the same key after the hub died of it."""
import itertools
import random
import subprocess
import sys
import time

import messages
from console import Console
from harness import CHANNELS, Hub, Twins, ask, check, until
from shim import Control
from shops import Shopify, WooCommerce

# Stays below how long a session lasts, 12 hours: the clock is moved on now and then.
SESSION_SECONDS = 11 * 3600
# Few, so that a start has few listings to look at.
ARTICLES = 12
# More than the hub lets its log grow to before it brings it home.
LOG_PAGES = 5000


class World:
    """A hub under the shim, connected to three shops that have sold something."""

    def __init__(self, folder, library, seed, orders):
        self.control, self.street = Control(library, folder / "hub.points"), Control(library, folder / "street.points")
        self.twins = Twins(rate=200, orders=orders, seed=seed % 1000 + 1, env=self.street.environment, amazon_plan=1000, articles=ARTICLES)
        self.hub = Hub(folder)
        self.hub.env = self.control.environment
        # First they sell, then the hub comes and asks: whatever is told before it listens would be found at its second round only.
        until(60, "the shops have sold", lambda: self.twins.count >= orders)
        self.hub.connect(self.twins.settings)
        self.shops = {1: Shopify(self.twins.settings["shopify"], self.ahead), 2: WooCommerce(self.twins.settings["woocommerce"], self.ahead)}
        self.numbers = itertools.count(random.Random(seed).randrange(10_000_000, 20_000_000))
        self.start(30)
        self.sign_in()
        here = "SELECT COUNT(*) FROM orders WHERE account < 3"
        sold = len(self.twins.placed["shopify"]) + len(self.twins.placed["woocommerce"])
        until(60, "what was sold is in the book", lambda: self.hub.number(here) >= sold)
        self.settle()
        # Amazon tells of an order two minutes late; and what the shops sold an hour ago is not asked for again at each start.
        self.hub.kill()
        self.let_time_pass(3600)
        self.start()
        self.settle()
        every = [sku for (sku,) in self.hub.rows("SELECT sku FROM variants WHERE sku NOT LIKE '%/%' ORDER BY number")]
        # A message of ours tells of a sale that the shop knows nothing of. That a guarded article's figure was lowered by it is taken at its word.
        self.articles, self.guarded = itertools.cycle(every[:-4]), itertools.cycle(every[-4:])
        self.open_orders = {account: iter(self._open_orders(account)) for account in (1, 2)}

    def _open_orders(self, account):
        return self.hub.rows("SELECT o.number, o.external_id FROM orders o WHERE o.account = ? AND o.status = 'open' AND o.payment = 'paid' "
                             "AND o.refunded = 0 AND NOT EXISTS (SELECT 1 FROM order_shipments s WHERE s.order_number = o.number) "
                             "ORDER BY o.number", account)

    def ahead(self):
        return self.control.ahead

    def now(self):
        return int(time.time() * 1000) + 1000 * self.ahead()

    def start(self, seconds=5):
        """Serving again; returns how long it took."""
        self.started = self.now()
        return self.hub.start(seconds)

    def sign_in(self):
        self.signed_in, self.console = self.ahead(), Console(self.hub)

    def let_time_pass(self, seconds=60):
        """Between two lives of the hub some time passes, for it and for the shops at once: they do not take it for one who asks too often."""
        self.control.ahead = self.street.ahead = self.ahead() + seconds

    def is_settled(self):
        polled = "SELECT COUNT(*) FROM streams WHERE stream IN ('orders', 'listings', 'webhooks') AND ok_at >= ?"
        # What waits because its time has not come is let wait: a figure is not raised for half a minute after it was seen lower.
        waiting = ("SELECT (SELECT COUNT(*) FROM inbox WHERE state = 0) + (SELECT COUNT(*) FROM jobs WHERE state = 0) + (SELECT COUNT(*) FROM "
                   "stock_changes) + (SELECT COUNT(*) FROM publications WHERE is_due = 1 AND MAX(not_before, raise_not_before) <= ?)")
        return self.hub.number(polled, self.started) == 8 and self.hub.number(waiting, self.now()) == 0

    def settle(self):
        until(60, "everything that is owed is done", self.is_settled)

    def in_words(self):
        return {table: self.hub.rows(f"SELECT * FROM {table} LIMIT 3") for table in ("stock_changes",)} | {
            "inbox": self.hub.rows("SELECT number, topic, attempts FROM inbox WHERE state = 0 LIMIT 3"),
            "jobs": self.hub.rows("SELECT queue, key, attempts, due_at, leased_until, reason FROM jobs WHERE state = 0 LIMIT 3"),
            "publications": self.hub.rows("SELECT listing, wanted, acknowledged, believed, not_before, raise_not_before, failures FROM publications "
                                          "WHERE is_due = 1 LIMIT 3"),
            "streams": self.hub.rows("SELECT account, stream, ok_at, problem FROM streams"), "started": self.started, "now": self.now()}

    def end(self):
        self.hub.end()
        self.twins.end()


class UseCase:
    """`begin` gives what the act is about, the same for every try; `act` tells whether it was acknowledged; `times` tells how often it is
    in the hub's book, which has to be once; `check` looks at the shop."""
    def __init__(self, world):
        self.world, self.hub = world, world.hub

    def check(self, thing):
        pass


class Webhook(UseCase):
    """A shop tells of an order."""

    def __init__(self, world, account):
        super().__init__(world)
        self.account, self.name = account, f"webhook from {CHANNELS[account - 1]}"

    def begin(self):
        number, sku, settings = next(self.world.numbers), next(self.world.articles), self.world.twins.settings
        if self.account == 1:
            body = messages.shopify_order(number, sku=sku)
            return number, body, messages.shopify(settings["shopify"], body)
        body = messages.woocommerce_order(number, sku=sku)
        return number, body, messages.woocommerce(settings["woocommerce"], body)

    def act(self, thing):
        return ask(self.hub.port, f"/hooks/{self.account}", "POST", thing[1], thing[2])[0] == 200

    def is_kept(self, thing):
        """In the inbox is enough: it is worked through at the hub's own pace."""
        return self.hub.number("SELECT COUNT(*) FROM inbox WHERE account = ? AND instr(body, ?) > 0", self.account, str(thing[0]).encode()) == 1 or \
            self.times(thing) == 1

    def times(self, thing):
        """The order's one unit left the shelf, in postings of one order."""
        return self.hub.number("SELECT COUNT(*) FROM orders WHERE account = ? AND external_id = ?", self.account, str(thing[0]))


class Form(UseCase):
    """A person sends a form of the console."""

    def begin(self):
        return f"points-{next(self.world.numbers)}", next(self.world.articles)

    def is_kept(self, thing):
        return self.times(thing) == 1

    def send(self, sku, action, **fields):
        where, _ = self.world.console.send(f"/products/{sku}", f"/products/{sku}/{action}", **fields)
        return "done=" in where


class Stock(Form):
    """A unit is found; every shop is told."""
    name = "stock change"

    def act(self, thing):
        return self.send(thing[1], "stock", key=thing[0], units="1", location="1", reason="found", note=thing[0])

    def times(self, thing):
        return self.hub.number("SELECT COUNT(*) FROM stock_entries WHERE note = ?", thing[0])


class Rule(Form):
    """Some units are kept back from WooCommerce."""
    name = "publish rule"

    def begin(self):
        key, sku = super().begin()
        return key, sku, 1 + next(self.world.numbers) % 500

    def act(self, thing):
        return self.send(thing[1], "rules/2", buffer=str(thing[2]), cap="")

    def times(self, thing):
        return self.hub.number("SELECT COUNT(*) FROM publish_rules r JOIN variants v ON v.number = r.variant "
                               "WHERE r.account = 2 AND v.sku = ? AND r.buffer = ?", thing[1], thing[2])


class Policy(Form):
    """An article is guarded from now on."""
    name = "selling policy"

    def begin(self):
        key, _ = super().begin()
        return key, next(self.world.guarded), 1 + next(self.world.numbers) % 500

    def act(self, thing):
        return self.send(thing[1], "policy", kind="guarded", limit=str(thing[2]))

    def times(self, thing):
        return self.hub.number("SELECT COUNT(*) FROM selling_policies p JOIN variants v ON v.number = p.variant "
                               "WHERE v.sku = ? AND p.units_max = ?", thing[1], thing[2])


class OrderAct(UseCase):
    """A program ships, cancels or refunds an order; its shop is told, once."""
    PATHS = {"ship": "shipments", "cancel": "cancellation", "refund": "refunds"}

    def __init__(self, world, act, account):
        super().__init__(world)
        self.what, self.account, self.name = act, account, f"{act} at {CHANNELS[account - 1]}"

    def begin(self):
        order = next(self.world.open_orders[self.account], None)
        check(order, f"{CHANNELS[self.account - 1]} has no open order left to {self.what}")
        return f"points-{next(self.world.numbers)}", *order

    def act(self, thing):
        key, number, _ = thing
        body = {"ship": f'{{"tracking": {{"carrier": "Carrier", "number": "{key}"}}}}', "cancel": "{}",
                "refund": '{"lines": [{"position": 0, "units": 1, "restock": true}]}'}[self.what]
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Cookie": self.world.console.cookie}
        status, _, said = ask(self.hub.port, f"/api/v1/orders/{number}/{self.PATHS[self.what]}", "POST", body, headers)
        check(status in (0, 200, 201), f"to {self.what} order {number} led to {status}: {said[:300]}")
        return status in (200, 201)

    def is_kept(self, thing):
        return self.times(thing) == 1

    def times(self, thing):
        if self.what == "cancel":
            return self.hub.number("SELECT COUNT(*) FROM orders WHERE number = ? AND hub_cancelled_at IS NOT NULL", thing[1])
        table = "order_shipments" if self.what == "ship" else "order_refunds"
        return self.hub.number(f"SELECT COUNT(*) FROM {table} WHERE order_number = ?", thing[1])

    def check(self, thing):
        shop, external = self.world.shops[self.account], thing[2]
        until(20, f"{self.name}: the shop has it", lambda: shop.order(external)[self.what] >= 1)
        check(shop.order(external)[self.what] == 1, f"{self.name}: the shop has it {shop.order(external)[self.what]} times: order {external}")
        if self.what == "ship":
            check(shop.told(external, thing[0]) == 1, f"{self.name}: the buyer was told {shop.told(external, thing[0])} times: order {external}")


class Start(UseCase):
    """The hub starts on what a kill left, and finds by itself what was sold in the meantime."""
    name = "start and poll"

    def begin(self):
        self.hub.kill()
        self.world.let_time_pass()
        return self.world.shops[2].place(next(self.world.articles))

    def act(self, thing):
        self.world.started = self.world.now()
        self.hub.launch()
        until(20, "the hub answers or is dead", lambda: self.hub.child.poll() is not None or ask(self.hub.port, seconds=1)[0] == 200)
        return False

    def is_kept(self, thing):
        return True

    def times(self, thing):
        return self.hub.number("SELECT COUNT(*) FROM orders WHERE account = 2 AND external_id = ?", thing)


class Checkpoint(Start):
    """The hub starts on a log that is long enough to be brought home: its first commit writes it into the database."""
    name = "start and bring the log home"

    # Writes what nobody reads, a page each time, and dies with the log as it is: whoever closes a database last brings its log home.
    FILL = """
import os, sqlite3, sys
line = sqlite3.connect(sys.argv[1], isolation_level=None)
line.executescript("PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF")
for left in reversed(range(int(sys.argv[2]))):
    line.execute(f"PRAGMA user_version = {left}")
os._exit(0)
"""

    def begin(self):
        thing = super().begin()
        subprocess.run([sys.executable, "-c", self.FILL, str(self.hub.path), str(LOG_PAGES)], check=True)
        return thing


def all_of(world):
    acts = [OrderAct(world, act, account) for act in OrderAct.PATHS for account in (1, 2)]
    return [Webhook(world, 1), Webhook(world, 2), Start(world), Stock(world), Rule(world), Policy(world), *acts, Checkpoint(world)]
