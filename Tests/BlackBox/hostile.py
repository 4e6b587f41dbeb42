# SPDX-License-Identifier: Apache-2.0
"""Hostile text is only text, in every field of every route and in every message that a shop signs. No answer is a 5xx, no page takes it
for markup, and it comes back exactly as it was or was refused with a 4xx.

Routes and fields are read from the sources (route_list.py) and from the forms on the pages, so what is added later comes in by itself. One text in
twenty is drawn. Each of them goes into every field of every kind of message, and by lot to an eighth of the forms and addresses, there into one field
of a form and most of a query's; with TRIBUTARY_SOAK=1 all texts go into all fields.
"""
import collections
import concurrent.futures
import csv
import io
import json
import os
import queue
import random
import re
import threading
import time
import urllib.parse

import hostile_data
import hostile_messages
import markup
import messages
import route_list
from console import Console
from forms import Forms
from harness import CHANNELS, SOAK, check, listed_hub, seed_of, until
from kept import everything_kept, strings
from known import Findings
from line import Line

SHARE = 1 if SOAK else 20
THREADS = 3
# How many pages are looked at that show what the messages said.
PAGES_MAX = 20_000 if SOAK else 200
# By day a text goes to one in so many of the forms and addresses, by lot.
ONE_IN = 1 if SOAK else 8
# Checking a password is slow on purpose: a form for strangers gets one text where another gets so many.
STRANGERS = 20

KNOWN = []

# What can stand in the place of a parameter; a parameter that is not here gets 1.
VALUES = {"order": "SELECT number FROM orders ORDER BY number DESC LIMIT 300", "sku": "SELECT sku FROM variants ORDER BY number LIMIT 300",
          "account": "SELECT number FROM channel_accounts", "listing": "SELECT number FROM listings ORDER BY number DESC LIMIT 50",
          "number": "SELECT number FROM exceptions WHERE closed_at IS NULL ORDER BY number DESC LIMIT 300", "job": "SELECT number FROM jobs LIMIT 50"}


def quoted(text):
    return urllib.parse.quote(text.encode("utf-8", "surrogatepass"), safe="-._~")


def in_header(text):
    """Text as a header can carry it."""
    return "".join(character for character in text if character >= " " and character != "\x7f")[:4_000]


class Attack:
    """One hub under attack, and everything that was planted in it."""

    def __init__(self, hub, findings, chance, planted, texts, family):
        self.hub, self.findings, self.chance, self.planted, self.texts, self.family = hub, findings, chance, planted, texts, family
        self.vocabulary = route_list.vocabulary()
        self.routes = route_list.routes()
        console = Console(hub)
        self.cookie, self.form_key = console.cookie, console.form_key
        self.statuses, self.slowest, self.pages, self.inputs, self.judged = collections.Counter(), (0, ""), 0, set(), set()
        self.lock = threading.Lock()

    def lot(self, inputs):
        """The inputs that a text goes into: all of them by night, one by lot otherwise."""
        inputs = list(inputs)
        return inputs if SOAK or not inputs else [self.chance.choice(inputs)]

    def plant(self):
        return self.planted.plant(self.chance.choice(self.texts))

    # MARK: Asking and judging

    def ask(self, line, label, method, path, headers, body):
        began = time.monotonic()
        status, fields, answer = line.ask(method, path, {"Cookie": self.cookie, **headers}, body)
        took = time.monotonic() - began
        with self.lock:
            self.statuses[status] += 1
            self.slowest = max(self.slowest, (took, f"{method} {path[:100]}"))
        self.judge(label, method, path, body, status, fields, answer)
        return status, fields, answer

    def judge(self, label, method, path, body, status, fields, answer):
        def asked():
            return f"{method} {path[:300]} {body[:400] if body else ''!r} -> {status}"
        self.findings.check(f"{self.family}: no 5xx", 0 < status < 500, lambda: f"{label}: {asked()}")
        where = fields.get("location", "/")
        is_ours = re.match(r"/(?![/\\])[\x21-\x7e]*$", where)
        self.findings.check(f"{self.family}: leads nowhere else", is_ours, lambda: f"{asked()} leads to {where!r}")
        leaked = [name for name, value in fields.items() if name not in ("location", "set-cookie") and markup.TOKEN.search(name + value)]
        self.findings.check(f"{self.family}: no header of ours", not leaked, lambda: f"{asked()}: {leaked}")
        kind = fields.get("content-type", "").split(";")[0]
        with self.lock:
            if hash(answer) in self.judged:
                return
            self.judged.add(hash(answer))
        try:
            text = answer.decode()
        except UnicodeDecodeError as trouble:
            return self.findings.check(f"{self.family}: pages are UTF-8", False, f"{asked()}: {trouble}")
        if kind == "text/html":
            self.judge_page(asked, text)
        elif kind == "application/json":
            self.judge_strings(asked, "JSON", strings(json.loads(text)))
        elif kind == "text/csv":
            cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row]
            armed = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20") and not re.match(r"[+-]?[0-9.]+$", cell)]
            self.findings.check(f"{self.family}: no formula in a table", not armed, lambda: f"{asked()}: {armed[0][:200]!r}")
            self.judge_strings(asked, "a table", cells)
        elif markup.TOKEN.search(text):
            self.findings.check(f"{self.family}: only pages show text", False, lambda: f"{asked()} as {kind}")

    def judge_page(self, asked, text):
        with self.lock:
            self.pages += 1
            # Where every text is plainly escaped, one page in ten is read as a browser does; every other page is.
            if self.pages % 10 and markup.is_plain(text, self.planted):
                return
        found = markup.problems(text, self.planted, self.vocabulary)
        self.findings.check(f"{self.family}: text stays text", not found, lambda: f"{asked()}: {found[0]}")

    def judge_strings(self, asked, what, texts):
        for text in texts:
            for match in markup.TOKEN.finditer(text):
                self.findings.check(f"{self.family}: comes back exactly in {what}", self.planted.came_back(text, match.group()),
                                    lambda: f"{asked()}: {self.planted.texts.get(match.group().lower())!r} became {text[:200]!r}")

    def run(self, asks):
        """Asks over a few connections at once."""
        waiting = queue.SimpleQueue()
        for one in asks:
            waiting.put(one)

        def work():
            line = Line(self.hub.port)
            while True:
                try:
                    label, method, path, headers, body = waiting.get_nowait()
                except queue.Empty:
                    return line.end()
                self.ask(line, label, method, path, headers, body)
        with concurrent.futures.ThreadPoolExecutor(THREADS) as crowd:
            for done in [crowd.submit(work) for _ in range(THREADS)]:
                done.result()

    # MARK: What is asked

    def values(self):
        known = {name: [str(row[0]) for row in self.hub.rows(sql)] or ["1"] for name, sql in VALUES.items()}
        return collections.defaultdict(lambda: ["1"], known)

    def place(self, route, known):
        """An address of the route that leads somewhere."""
        return route.filled({name: quoted(self.chance.choice(known[name])) for name in route.parameters})

    def reading(self):
        """Every GET: hostile text in many fields of the query at once, since none of them stops another; and in a part of the path."""
        known, fields = self.values(), route_list.query_fields()
        for route in self.routes:
            if route.method != "GET":
                continue
            self.inputs |= {(str(route), field) for field in fields + route.parameters + ["a header", "a cookie"]}
            for _ in self.texts:
                if self.chance.randrange(ONE_IN):
                    continue
                is_path = route.parameters and (SOAK or self.chance.random() < 0.5)
                if is_path:
                    yield from self.in_the_path(route, known, None, {})
                if SOAK or not is_path:
                    some = self.chance.sample(fields, self.chance.randint(len(fields) - 3, len(fields)))
                    query = "&".join(f"{quoted(name)}={quoted(self.plant()[:600])}" for name in some)[:12_000]
                    header = {"User-Agent": in_header(self.plant()), "Referer": in_header(self.plant())}
                    yield str(route), "GET", f"{self.place(route, known)}?{query}", header, None
            visit = {"Cookie": f"tributary-visit={quoted(self.plant())}"}
            yield f"{route} as a stranger", "GET", self.place(route, known), visit, None

    def in_the_path(self, route, known, body, headers):
        for name in self.lot(route.parameters):
            places = {each: quoted(self.plant()[:3_000] if each == name else self.chance.choice(known[each])) for each in route.parameters}
            yield f"{route} {name}", route.method, route.filled(places), headers, body

    def forms(self):
        """For each route that changes something, the forms of the pages that lead to it; where there is none just now, one of all fields there are."""
        shapes = collections.defaultdict(dict)
        line, seen, waiting = Line(self.hub.port), collections.Counter(), ["/", "/sign-in", "/welcome"]
        waiting += [f"/channels/new?channel={name}" for name in CHANNELS]
        waiting += [f"/orders/{row[0]}" for row in self.hub.rows("SELECT number FROM orders ORDER BY number DESC LIMIT 5")]
        done = set(waiting)
        while waiting:
            path = waiting.pop(0)
            status, headers, answer = line.ask("GET", path, {"Cookie": "" if path in ("/sign-in", "/welcome") else self.cookie})
            page = Forms(answer.decode(errors="replace") if status == 200 and headers.get("content-type", "").startswith("text/html") else "")
            for action, fields in page.forms:
                for route in self.routes:
                    if route.method == "POST" and route.pattern.match(action):
                        shapes[str(route)].setdefault(frozenset(fields), (action, fields))
            for link in page.links:
                route = next((route for route in self.routes if route.method == "GET" and route.pattern.match(link.split("?")[0])), None)
                if route and link not in done and seen[str(route)] < 6:
                    seen[str(route)] += 1
                    done.add(link)
                    waiting.append(link)
        line.end()
        return shapes

    def acting(self):
        """Every POST: hostile text in one field, what a person would have sent in the others."""
        known, shapes = self.values(), self.forms()
        everything = (None, {name: "1" for name in route_list.form_fields()})
        empty = urllib.parse.urlencode({"form-key": self.form_key}).encode()
        for route in self.routes:
            if route.method != "POST":
                continue
            is_form = route.access != "program" and not route.path.startswith("/hooks/")
            kinds = list(shapes[str(route)].values()) or [everything] if is_form else []
            self.inputs |= {(str(route), name) for name in route.parameters} | {(str(route), name) for _, fields in kinds for name in fields}
            for _ in self.texts:
                if self.chance.randrange(ONE_IN * (STRANGERS if route.access == "visitor" else 1)):
                    continue
                for action, fields in kinds:
                    for name in self.lot(fields):
                        yield self.form(route, name, action, fields, known)
                if route.access == "program":
                    yield from self.program(route, known)
                if SOAK or self.chance.random() < 0.2:
                    yield from self.in_the_path(route, known, empty, {"Content-Type": "application/x-www-form-urlencoded"})

    def form(self, route, name, action, fields, known):
        text = self.plant()
        if re.search("address|endpoint", name, re.IGNORECASE):
            # Nobody else's machine is called: whatever is taken for an address leads to this one.
            text = text if not re.match(r"\s*https?:", text, re.IGNORECASE) else "http://127.0.0.1:9/" + text
        values = {**fields, "form-key": self.form_key, name: text}
        if "key" in fields and name != "key":
            values["key"] = f"hostile-{self.chance.randrange(1 << 60)}"
        path = self.place(route, known) if not action or "{order}" in route.path or "{number}" in route.path else action
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if route.access == "visitor":
            headers["Cookie"] = f"tributary-visit={values['form-key']}"
        return f"{route} {name}", "POST", path, headers, urllib.parse.urlencode(values, errors="surrogatepass").encode()

    def program(self, route, known):
        fields = route_list.json_fields(route.file) + [(None, "Idempotency-Key"), (None, "a name")]
        self.inputs |= {(str(route), name) for _, name in fields}
        for place, name in self.lot(fields):
            text, key = self.plant(), f"hostile-{self.chance.randrange(1 << 60)}"
            value = {"lines": [{"position": 0, "units": 1, "restock": False}], "tracking": {"carrier": "Post", "number": "1"}, "shippingMinor": 0}
            if name == "Idempotency-Key":
                key = self.planted.plant(in_header(self.chance.choice(self.texts)))
            elif name == "a name":
                value[text] = 1
            elif place is None:
                value[name] = text
            else:
                holder = value.setdefault(place, {})
                (holder[0] if isinstance(holder, list) else holder)[name] = text
            headers = {"Content-Type": "application/json", "Idempotency-Key": key}
            yield f"{route} {name}", "POST", self.place(route, known), headers, json.dumps(value).encode()

    # MARK: Messages, and the pages that show them

    def tell(self, shops):
        """Each text in every field of every kind of message; what of it is acknowledged is done or parked with a reason."""
        line, told, number = Line(self.hub.port), {}, 800_000_000 + self.chance.randrange(1_000_000) * 100
        for text in self.texts:
            for account, topic, make in hostile_messages.KINDS:
                number += 1
                mine = {}

                def say(field):
                    planted = self.planted.plant(text)
                    mine.setdefault(field, planted)
                    return planted
                body = make(number, say)
                signed = messages.shopify(shops[0], body, topic) if account == 1 else messages.woocommerce(shops[1], body, topic)
                status = line.ask("POST", f"/hooks/{account}", signed, body)[0]
                self.findings.check(f"{self.family}: messages are acknowledged", status == 200, f"status {status} for {text[:80]!r} in {make.__name__}")
                self.inputs |= {(make.__name__, field) for field in mine}
                told[number] = (make.__name__, text, mine, body)
        line.end()
        until(60 + len(told) / 50, "the inbox is empty", lambda: self.hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0)
        return told

    def kept(self, told):
        """What was acknowledged is in a room or parked whole; none of it fell under the table. An order's own words and an article's have to be there."""
        held, parked = everything_kept(self.hub), {bytes(row[0]) for row in self.hub.rows("SELECT body FROM inbox WHERE state = 2")}
        marks = {match.lower() for text in held for match in markup.TOKEN.findall(text)}
        for number, (kind, text, mine, body) in told.items():
            if body in parked:
                continue
            for field in ("title", "reference", "city", "company", "carrier"):
                if field in mine:
                    mark = markup.TOKEN.findall(mine[field])[-1]
                    self.findings.check(f"{self.family}: kept: {field} of {kind}", mark in marks, f"{text[:120]!r} is in no table, nor is it parked")

    def in_the_tables(self):
        """Whatever of a planted text is in a table is all of it."""
        for text in everything_kept(self.hub):
            views = [text]
            if text[:1] in "{[":
                try:
                    views = list(strings(json.loads(text)))
                except ValueError:
                    pass
            self.judge_strings(lambda: "the database", "the database", views)

    def looking(self):
        """Every page, table and list that shows what was planted."""
        known, always, paths = self.values(), [], []
        for route in self.routes:
            if route.method != "GET" or route.access in ("anyone", "visitor"):
                continue
            if not route.parameters:
                always.append(route.path)
                continue
            for value in known[route.parameters[0]]:
                paths.append(route.filled({name: quoted(value if name == route.parameters[0] else known[name][0]) for name in route.parameters}))
        return [("looking", "GET", path, {}, None) for path in always + self.chance.sample(paths, min(len(paths), PAGES_MAX))]


def as_routed(hub, attack):
    """The routes that were read are the program's: asked with another method, each names its own."""
    line = Line(hub.port)
    known = attack.values()
    for route in attack.routes:
        if route.path.startswith("/hooks/"):
            continue
        status, fields, _ = line.ask("PATCH", attack.place(route, known), {"Cookie": attack.cookie})
        allowed = fields.get("allow", "")
        check(status == 405 and route.method in allowed, f"{route} is in the sources, but the program answers {status} {allowed}")
    line.end()


def attacked(findings, chance, planted, texts, family):
    """The whole attack with these texts on a hub of its own: no page shows another family's troubles, and no account was paused by it."""
    with listed_hub() as (hub, twins):
        attack = Attack(hub, findings, chance, planted, texts, family)
        as_routed(hub, attack)
        told = attack.tell([twins.settings["shopify"], twins.settings["woocommerce"]])
        attack.kept(told)
        attack.run(attack.looking())
        attack.run(attack.reading())
        attack.run(attack.acting())
        # Signed out on the way, the rest would have been refused at the door and tried nothing.
        status = Line(hub.port).ask("GET", "/orders", {"Cookie": attack.cookie})[0]
        check(status == 200, f"the session was lost on the way: /orders answers {status}")
        until(60, "the inbox is empty", lambda: hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0)
        attack.in_the_tables()
        attack.run(attack.looking())
        check(hub.child.poll() is None, f"the hub ended by itself: {hub.tail()}")
        hub.audit()
        return attack


def part():
    seed, findings = seed_of("hostile"), Findings("hostile", KNOWN)
    chance, planted = random.Random(seed), markup.Planted()
    public = hostile_data.public()
    if public is None:
        check("CI" not in os.environ, "TRIBUTARY_DATASETS has no hostile-input, and with CI set nothing may be left out")
        print("  hostile: LEFT OUT: TRIBUTARY_DATASETS has no hostile-input, only our own texts are sent", flush=True)
        public = []
    texts = chance.sample(public, len(public) // SHARE) + hostile_data.OURS
    attack = attacked(findings, chance, planted, texts, "text")
    joined = attacked(findings, chance, planted, list(hostile_data.joined()), "joined text")
    findings.conclude()
    took, what = max(attack.slowest, joined.slowest)
    asked = sum(attack.statuses.values()) + sum(joined.statuses.values())
    return (f"{len(texts)} texts of {len(public) + len(hostile_data.OURS):,} through {len(attack.inputs)} inputs of {len(attack.routes)} routes and "
            f"{len(hostile_messages.KINDS)} messages, {len(planted.texts):,} times; {asked:,} requests, {attack.pages:,} different pages; "
            f"statuses {dict(sorted(attack.statuses.items()))}; slowest {took * 1000:.0f} ms: {what}")
