# SPDX-License-Identifier: Apache-2.0
"""Bombs, floods and slow or crooked clients are refused or waited out; everybody else is answered rightly meanwhile.

Bodies over the limit in every wrapping, deep and wide JSON, header floods, two requests smuggled as one, hundreds of connections that say a byte now
and then. The hub's memory grows by less than 64 MiB over all of it, at its highest too, and the books are right afterwards.
"""
import concurrent.futures
import gzip
import json
import pathlib
import random
import socket
import threading
import time

import messages
from console import Console
from harness import SOAK, ask, check, listed_hub, seed_of, until
from known import Findings
from line import Line, say

MEMORY_GROWTH_MAX = 64 << 20
BODY_MAX = 4 << 20
FORM_MAX = 64 << 10
SLOW = 1_000
HEALTHY = 5_000 if SOAK else 600
# Headers have ten seconds, and so has each kilobyte of a body; a busy machine may be late with the cut.
CUT_OFF_SECONDS = 40

KNOWN = []


def peak_bytes(hub):
    """The most memory the hub held at any moment since `forget_peak`."""
    for row in pathlib.Path(f"/proc/{hub.child.pid}/status").read_text().splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) << 10
    raise ValueError("the system tells no peak")


def forget_peak(hub):
    pathlib.Path(f"/proc/{hub.child.pid}/clear_refs").write_text("5")


def chunked(body, size=65536):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for at in range(0, len(body), size) for part in [body[at:at + size]]) + b"0\r\n\r\n"


def head(path, fields, *more):
    lines = [f"POST {path} HTTP/1.1", "Host: hub"] + [f"{name}: {value}" for name, value in fields.items()] + list(more)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_of(heard):
    return int(heard[9:12]) if heard.startswith(b"HTTP/1.1 ") else 0


def is_up(hub, findings, after):
    findings.check(f"up after {after}", ask(hub.port)[0] == 200 and hub.child.poll() is None, "the hub does not answer /health")


def large_bodies(hub, findings, shop, console):
    """Over the limit: refused, however it is wrapped. A console's form and a program's JSON have a limit of their own."""
    large = b"[" + b" " * (BODY_MAX + (1 << 20)) + b"]"
    signed = messages.shopify(shop, large)
    heard = say(hub.port, head("/hooks/1", signed, "Transfer-Encoding: chunked") + chunked(large), 30)
    findings.check("a chunked body over the limit", status_of(heard) == 413, f"answered {heard[:80]!r}")
    tiny = head("/hooks/1", signed, "Transfer-Encoding: chunked") + b"1\r\n \r\n" * 100_000 + b"0\r\n\r\n"
    findings.check("a body in chunks of a byte", 400 <= status_of(say(hub.port, tiny, 30)) < 500, "taken, though the signature is another's")
    for path, kind in [("/sign-in", "application/x-www-form-urlencoded"), ("/products/ART-1/stock", "application/x-www-form-urlencoded"),
                       ("/api/v1/orders/1/refunds", "application/json")]:
        body = b"x" * (FORM_MAX + 1)
        fields = {"Content-Type": kind, "Cookie": console.cookie, "Idempotency-Key": "floods-large"}
        heard = say(hub.port, head(path, fields, f"Content-Length: {len(body)}") + body)
        findings.check(f"too large for {path}", status_of(heard) == 413, f"answered {heard[:80]!r}")
        heard = say(hub.port, head(path, fields, "Transfer-Encoding: chunked") + chunked(body, 1000))
        findings.check(f"too large for {path}, chunked", status_of(heard) == 413, f"answered {heard[:80]!r}")
    many = b"&".join(b"f%d=1" % number for number in range(5_000))
    fields = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": console.cookie}
    heard = say(hub.port, head("/products/ART-1/stock", fields, f"Content-Length: {len(many)}") + many)
    findings.check("a form of five thousand fields", 400 <= status_of(heard) < 500, f"answered {heard[:80]!r}")


def bombs(hub, findings, shop, console):
    """Small outside, large inside: nothing is unpacked beyond its limit, and what the shop signed is kept with its reason."""
    line = Line(hub.port, 60)
    zeros = gzip.compress(b"[" + b" " * (256 << 20) + b"]", 9)
    for coding in ["gzip", "deflate", "br", "gzip, gzip", "identity"]:
        status = line.ask("POST", "/hooks/1", {**messages.shopify(shop, zeros), "Content-Encoding": coding}, zeros)[0]
        findings.check(f"a bomb of 256 MiB as {coding}", status in (200, 400, 413, 415), f"status {status}")
        is_up(hub, findings, f"a bomb as {coding}")
    deep = b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    open_ended = b'{"a":' * 100_000
    wide = json.dumps({f"key{number}": number for number in range(100_000)}).encode()
    order = json.loads(messages.shopify_order(900))
    wide_order = json.dumps({**{f"key{number}": None for number in range(100_000)}, **order}).encode()
    same_keys = b"{" + b",".join([b'"id":1'] * 100_000) + b"}"
    long_number = b'{"id":' + b"9" * 1_000_000 + b"}"
    escapes = b'{"id":"' + b"\\u00e9" * 100_000 + b'"}'
    cases = {"JSON 100,000 deep": deep, "JSON that never closes": open_ended, "an object of 100,000 keys": wide, "an order among 100,000 keys": wide_order,
             "one key 100,000 times": same_keys, "a number of a million digits": long_number, "100,000 escapes": escapes}
    for name, body in cases.items():
        status = line.ask("POST", "/hooks/1", messages.shopify(shop, body), body)[0]
        findings.check(f"{name} in a message", status == 200, f"status {status}")
        small = body[:FORM_MAX]
        fields = {"Content-Type": "application/json", "Cookie": console.cookie, "Idempotency-Key": "floods-bomb"}
        status = line.ask("POST", "/api/v1/orders/1/refunds", fields, small)[0]
        findings.check(f"{name} to a program's door", 400 <= status < 500, f"status {status}")
    until(60, "the inbox is empty after the bombs", lambda: hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0)
    findings.check("an order among 100,000 keys is taken", hub.number("SELECT COUNT(*) FROM orders WHERE external_id = '900'") == 1, "it is not in the book")
    line.end()


def headers(hub, findings):
    """Up to 32 KiB and 100 fields; what is more is refused, wherever it stands."""
    def asked(fields, path="/health"):
        return status_of(say(hub.port, (f"GET {path} HTTP/1.1\r\nHost: hub\r\n" + "".join(fields) + "\r\n").encode()))

    findings.check("ninety fields", asked([f"X-{number}: 1\r\n" for number in range(90)] ) == 200, "refused")
    findings.check("a field of 12 KiB", asked(["X-Long: " + "x" * 12_000 + "\r\n"]) == 200, "refused")
    floods = {"101 fields": [f"X-{number}: 1\r\n" for number in range(101)], "a block of 33 KiB": [f"X-{number}: {'x' * 8_400}\r\n" for number in range(4)],
              "a field of a megabyte": ["X-Long: " + "x" * (1 << 20) + "\r\n"], "ten thousand fields": [f"X-{number}: 1\r\n" for number in range(10_000)],
              "a name of 40 KiB": ["X" * 40_000 + ": 1\r\n"]}
    for name, fields in floods.items():
        status = asked(fields)
        findings.check(f"headers: {name}", status in (0, 400, 413, 431), f"status {status}")
    status = asked([], "/" + "x" * 40_000)
    findings.check("headers: an address of 40 KiB", status in (0, 400, 414, 431), f"status {status}")
    start = b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailers = start + b"0\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(10_000)) + b"\r\n"
    findings.check("headers: ten thousand trailers", status_of(say(hub.port, trailers)) in (0, 400, 401, 413, 431), "taken")
    extension = start + b"1;" + b"x" * (2 << 20) + b"\r\n \r\n0\r\n\r\n"
    findings.check("headers: a chunk extension of two megabytes", status_of(say(hub.port, extension)) in (0, 400, 401, 413, 431), "taken")
    is_up(hub, findings, "header floods")


def smuggled():
    """Requests that two readers could understand differently, some with another hidden in them. By RFC 9112 the hub has to refuse them."""
    hidden = b"GET /health HTTP/1.1\r\nHost: hub\r\n\r\n"
    short = b"0\r\n\r\n" + hidden
    first = b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\n"
    length = b"Content-Length: %d\r\n" % len(short)
    chunked = b"Transfer-Encoding: chunked\r\n"
    both = {
        "length and coding": length + chunked, "coding and length": chunked + length, "two codings": length + chunked + b"Transfer-Encoding: identity\r\n",
        "a coding beside chunked": length + b"Transfer-Encoding: chunked, identity\r\n", "an unknown coding": length + b"Transfer-Encoding: xchunked\r\n",
        "a blank before the colon": length + b"Transfer-Encoding : chunked\r\n", "a tab before the coding": length + b"Transfer-Encoding:\tchunked\r\n",
        "a folded coding": length + b"Transfer-Encoding:\r\n chunked\r\n", "a coding after a bare line feed": length + b"X: y\n" + chunked,
        "a coding after a bare return": length + b"X: y\r" + chunked,
    }
    for name, fields in both.items():
        yield name, first + fields + b"\r\n" + short
    lengths = {"two lengths": b"0\r\nContent-Length: 37", "a list of lengths": b"0, 37", "a length with a sign": b"+37", "a negative length": b"-1",
               "a length in hexadecimal": b"0x25", "a length that is no number": b"37x", "a length beyond all numbers": b"9" * 40, "an empty length": b"",
               "a folded length": b"0\r\n 37"}
    for name, value in lengths.items():
        yield name, first + b"Content-Length: " + value + b"\r\n\r\n" + hidden
    sizes = {"a chunk in hexadecimal notation": b"0x1", "a chunk with a sign": b"+1", "a negative chunk": b"-1", "a chunk beyond all numbers": b"F" * 17,
             "a chunk without a size": b"", "a chunk with a blank": b"1 1", "a size after a bare line feed": b"\n1"}
    for name, size in sizes.items():
        yield name, first + chunked + b"\r\n" + size + b"\r\n \r\n" + short
    yield "chunks with bare line feeds", first + chunked + b"\r\n1\n \n0\n\n" + hidden
    yield "a chunk longer than its size", first + chunked + b"\r\n1\r\n  \r\n" + short
    host = b"Host: hub\r\n"
    blocks = {
        "a bare line feed after a field": b"Host: hub\nX: y\r\n", "a folded field": host + b"X: y\r\n z\r\n",
        "a field that begins folded": b" X: y\r\n" + host,
        "a blank before a colon": b"Host : hub\r\n", "a zero byte": host + b"X: a\0b\r\n", "a field without a name": host + b": y\r\n",
        "a field without a colon": host + b"X\r\n", "a bare return": host + b"X: a\rY: b\r\n", "no host": b"", "two hosts": host + b"Host: other\r\n",
        "one host twice": host + b"X: y\r\n" + host, "an empty host": b"Host:\r\n", "two hosts in one line": b"Host: hub, other\r\n",
        "a host with somebody in it": b"Host: me@hub\r\n", "a host with a path": b"Host: hub/x\r\n",
    }
    for name, block in blocks.items():
        yield name, b"GET /health HTTP/1.1\r\n" + block + b"\r\n"
    yield "two hosts and an old version", b"GET /health HTTP/1.0\r\nHost: hub\r\nHost: hub\r\n\r\n"
    yield "no host behind a good request", b"GET /products HTTP/1.1\r\n\r\n" + hidden
    yield "bare line feeds", b"GET /health HTTP/1.1\nHost: hub\n\n"
    yield "an unknown version", b"GET /health HTTP/3.7\r\nHost: hub\r\n\r\n"


def smuggling(hub, findings):
    """An answer to what was hidden would stand behind the first; so each is listened to for a while after its answer, many at once."""
    cases = list(smuggled())
    with concurrent.futures.ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda case: say(hub.port, case[1], seconds=2, quiet=0.5), cases))
    for (name, request), heard in zip(cases, answers):
        answers = heard.count(b"HTTP/1.1 ")
        findings.check(f"smuggling: {name}", answers == 0 or (answers == 1 and status_of(heard) in (400, 413, 431, 501, 505)),
                       f"{answers} answers, the first {heard[:60]!r}")
        is_hidden = request.startswith(b"POST")
        findings.check(f"smuggling: {name}, hidden", not is_hidden or b"\r\n\r\nok\n" not in heard, f"the hidden request is answered: {heard!r}")
    is_up(hub, findings, "the smugglers")


class Crowd(threading.Thread):
    """Slow connections: some stop within the headers, some within a declared or a chunked body; each says a byte now and then."""

    def __init__(self, port, seed):
        super().__init__(daemon=True)
        self.chance, self.port, self.ending = random.Random(seed), port, threading.Event()
        self.lines, self.said, self.cut_off = [], 0, 0

    def open(self):
        beginnings = [(b"GET /health HTTP/1.1\r\nHost: hub\r\nX-Slow: ", b"x"), (b"GET /heal", b"t"),
                      (b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nContent-Length: 4000000\r\n\r\n", b" "),
                      (b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
                      (b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nContent-Length: 1073741824\r\n\r\n", b"")]
        for number in range(SLOW):
            begin, more = beginnings[number % len(beginnings)]
            raw = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            raw.sendall(begin)
            self.lines.append((raw, more))

    def run(self):
        while not self.ending.wait(0.05):
            for raw, more in self.chance.sample(self.lines, 20):
                try:
                    raw.sendall(more)
                    self.said += 1
                except OSError:
                    self.cut_off += 1

    def end(self):
        self.ending.set()
        self.join()
        for raw, _ in self.lines:
            raw.close()


def among_the_slow(hub, findings, shop, seed):
    """Healthy requests go on being answered rightly. How fast is printed, not judged: this machine has other work."""
    crowd = Crowd(hub.port, seed)
    crowd.open()
    crowd.start()
    line, took = Line(hub.port), []
    try:
        for number in range(HEALTHY):
            began = time.monotonic()
            if number % 3 == 0:
                body = messages.shopify_order(10_000 + number)
                right = line.ask("POST", "/hooks/1", messages.shopify(shop, body), body)[0] == 200
            elif number % 3 == 1:
                right = line.ask("GET", "/health")[2] == b"ok\n"
            else:
                fresh = Line(hub.port)
                right = b'name="form-key"' in fresh.ask("GET", "/sign-in")[2]
                fresh.end()
            took.append(time.monotonic() - began)
            findings.check("healthy requests among the slow", right, f"request {number} is not answered rightly")
        wanted = (HEALTHY + 2) // 3
        until(60, "the healthy orders are in the book", lambda: hub.number("SELECT COUNT(*) FROM orders WHERE external_id >= '10000'") >= wanted)
    finally:
        crowd.end()
        line.end()
    took.sort()
    return f"{SLOW} slow connections said {crowd.said:,} bytes beside {HEALTHY} healthy requests (median {took[len(took) // 2] * 1000:.1f} ms, " \
           f"99 % {took[len(took) * 99 // 100] * 1000:.1f} ms)"


def declared_and_absent(hub, findings):
    """A gigabyte that is announced and never comes: refused on its announcement, since nothing of that size is ever taken."""
    for path in ["/hooks/1", "/sign-in", "/api/v1/orders/1/refunds"]:
        for name, more in {"": b"", ", asking first": b"Expect: 100-continue\r\n"}.items():
            request = b"POST %s HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n%sContent-Length: 1073741824\r\n\r\n" % (path.encode(), more)
            heard = say(hub.port, request, seconds=2)
            is_refused = status_of(heard) in (303, 400, 401, 413, 417)
            findings.check(f"a gigabyte declared to {path}{name}", is_refused, f"answered {heard[:60]!r} within 2 seconds")


def slow_ones(hub, findings):
    """A request whose headers or whose body never end is cut off, however regularly it says a byte."""
    beginnings = {"headers": (b"GET /health HTTP/1.1\r\nHost: hub\r\nX-Slow: ", b"x"), "a request line": (b"GET /heal", b"t"),
                  "a body": (b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nContent-Length: 4000000\r\n\r\n", b" "),
                  "a chunked body": (b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")}

    def is_cut(case):
        begin, more = case
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", hub.port), timeout=1) as raw:
            raw.sendall(begin)
            while time.monotonic() - began < CUT_OFF_SECONDS:
                try:
                    raw.sendall(more)
                    if not raw.recv(1000):
                        return True
                except socket.timeout:
                    pass
                except OSError:
                    return True
        return False

    with concurrent.futures.ThreadPoolExecutor(len(beginnings)) as crowd:
        for name, cut in zip(beginnings, crowd.map(is_cut, beginnings.values())):
            findings.check(f"slow: {name}", cut, f"still open after {CUT_OFF_SECONDS} seconds of a byte a second")


def old_probe(hub, findings):
    """HTTP/1.0 has no Host, and simple watchers of a service still speak it."""
    findings.check("a probe of HTTP/1.0", status_of(say(hub.port, b"GET /health HTTP/1.0\r\n\r\n")) == 200, "turned away")


def part():
    seed, findings = seed_of("floods"), Findings("floods", KNOWN)
    with listed_hub() as (hub, twins):
        shop, console = twins.settings["shopify"], Console(hub)
        body = messages.shopify_order(1)
        check(ask(hub.port, "/hooks/1", "POST", body, messages.shopify(shop, body))[0] == 200, "a good message is not taken")
        began = hub.resident_bytes()
        forget_peak(hub)
        large_bodies(hub, findings, shop, console)
        bombs(hub, findings, shop, console)
        headers(hub, findings)
        smuggling(hub, findings)
        declared_and_absent(hub, findings)
        note = among_the_slow(hub, findings, shop, seed)
        slow_ones(hub, findings)
        old_probe(hub, findings)
        is_up(hub, findings, "everything")
        grown, most = hub.resident_bytes() - began, peak_bytes(hub) - began
        findings.check("memory", grown < MEMORY_GROWTH_MAX, f"grew by {grown:,} bytes")
        findings.check("memory at its highest", most < MEMORY_GROWTH_MAX, f"grew by {most:,} bytes at its highest")
        hub.audit()
        findings.conclude()
        return f"{len(findings.checked)} checks; {note}; resident {began:,} bytes grew by {grown:,}, at its highest by {most:,}"
