# SPDX-License-Identifier: Apache-2.0
"""What comes to the hub's door from outside and should not: refused with the right status, or kept with its reason."""
import json
import select
import socket
import time

import messages
from console import Console
from harness import Folder, Hub, Twins, ask, check, until

BODY_MAX = 4 << 20
# A request has to arrive whole within a minute; nothing is asserted about how much sooner it is cut off.
CUT_OFF_SECONDS = 75


def status_is(hub, wanted, what, path, body=b"{}", headers=None, method="POST"):
    status = ask(hub.port, path, method, body, headers, seconds=30)[0]
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    check(status in wanted, f"{what}: status {status} instead of {' or '.join(map(str, wanted))}")


def without(headers, name):
    return {key: value for key, value in headers.items() if key != name}


def at_the_door(hub, shopify, woo):
    body = messages.shopify_order(1)
    good = messages.shopify(shopify, body)
    status_is(hub, 401, "a wrong signature", "/hooks/1", body, {**good, "X-Shopify-Hmac-SHA256": "AAAA"})
    status_is(hub, 401, "a changed body", "/hooks/1", body + b" ", good)
    status_is(hub, 401, "no signature", "/hooks/1", body, without(good, "X-Shopify-Hmac-SHA256"))
    status_is(hub, 400, "no topic", "/hooks/1", body, without(good, "X-Shopify-Topic"))
    status_is(hub, 400, "no delivery id", "/hooks/1", body, without(good, "X-Shopify-Webhook-Id"))
    signed = messages.woocommerce(woo, body)
    status_is(hub, 401, "a wrong signature", "/hooks/2", body, {**signed, "X-WC-Webhook-Signature": "AAAA"})
    status_is(hub, 401, "the other shop's signature", "/hooks/2", body, good)
    status_is(hub, 400, "no topic", "/hooks/2", body, without(signed, "X-WC-Webhook-Topic"))
    status_is(hub, 404, "Amazon, which sends no messages", "/hooks/3", body, good)
    for account in ["4", "0", "-1", "99999999999999999999", "one", "1%00"]:
        status_is(hub, 404, f"the unknown account {account}", f"/hooks/{account}", body, good)
    for method in ["GET", "PUT", "DELETE", "PATCH"]:
        status_is(hub, (404, 405), f"{method} of a hook", "/hooks/1", None, None, method)
    large = b"[" + b" " * BODY_MAX + b"]"
    status_is(hub, 413, "a body over the limit", "/hooks/1", large, messages.shopify(shopify, large))
    most = b"[" + b" " * (BODY_MAX - 2) + b"]"
    status_is(hub, 200, "a body at the limit", "/hooks/1", most, messages.shopify(shopify, most))


def kept_with_a_reason(hub, shopify, woo):
    """Signed by the shop but not to be understood: acknowledged, and an exception says why."""
    deep = b'{"id":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    cases = [
        ("malformed-message", messages.shopify_order(2)[:-40]), ("malformed-message", deep), ("malformed-message", b""),
        ("malformed-message", b"\xff\xfe\x00"),
        ("negative-quantity", messages.shopify_order(3, quantity=-2)), ("unknown-currency", messages.shopify_order(4, currency="ZZZ")),
    ]
    for kind, body in cases:
        exception_follows(hub, kind, "/hooks/1", body, messages.shopify(shopify, body))
    cases = [
        ("malformed-message", messages.woocommerce_order(2)[:-40]), ("malformed-message", deep),
        ("negative-quantity", messages.woocommerce_order(3, quantity=-2)), ("unknown-currency", messages.woocommerce_order(4, currency="ZZZ")),
    ]
    for kind, body in cases:
        exception_follows(hub, kind, "/hooks/2", body, messages.woocommerce(woo, body))


def parked(hub, kind):
    return hub.rows("SELECT number, subject_number FROM exceptions WHERE kind = ? AND subject = 'inbox' AND closed_at IS NULL ORDER BY number", kind)


def exception_follows(hub, kind, path, body, headers):
    status_is(hub, 200, f"{kind} with a right signature", path, body, headers)
    kept = ("SELECT 1 FROM exceptions e JOIN inbox i ON i.number = e.subject_number WHERE e.subject = 'inbox' AND e.closed_at IS NULL "
            "AND e.kind = ? AND i.account = ? AND i.state = 2 AND i.body = ?")
    until(10, f"{path} {body[:40]!r} is kept as it came, with an exception {kind}", lambda: hub.rows(kept, kind, int(path[-1]), body))


def kinds(hub):
    return dict(hub.rows("SELECT kind, COUNT(*) FROM exceptions WHERE closed_at IS NULL GROUP BY kind"))


def unknown_article(hub, shopify, woo):
    body = messages.shopify_order(500, sku="NO-SUCH-ARTICLE", title="<b>'; DROP TABLE orders; --</b>")
    status_is(hub, 200, "an order of an unknown SKU", "/hooks/1", body, messages.shopify(shopify, body))
    body = messages.woocommerce_order(500, sku="NO-SUCH-ARTICLE")
    status_is(hub, 200, "an order of an unknown SKU", "/hooks/2", body, messages.woocommerce(woo, body))
    until(10, "both orders are in the book", lambda: hub.number("SELECT COUNT(*) FROM orders WHERE external_id = '500'") == 2)
    check(kinds(hub).get("unknown-sku") == 2, f"an unknown SKU opens an exception for each order, but open are {kinds(hub)}")


def replays(hub):
    """A person presses Replay: the message is tried again, and what still cannot be read waits again, with its body."""
    console = Console(hub)
    number, message = parked(hub, "malformed-message")[0]
    page = console.get(f"/exceptions/{number}")[1]
    check(f"/exceptions/{number}/replay" in page, "the exception's page has no replay button")
    where, _ = console.send(f"/exceptions/{number}", f"/exceptions/{number}/replay")
    check("done=replayed" in where, f"the replay led to {where}")
    until(10, "a message that still cannot be read is open again",
          lambda: hub.rows("SELECT 1 FROM exceptions e JOIN inbox i ON i.number = e.subject_number WHERE e.number = ? AND e.closed_at IS NULL "
                           "AND i.number = ? AND i.state = 2 AND i.attempts = 1", number, message))
    for path in ["/exceptions", "/orders", "/"]:
        page = console.get(path)[1]
        check("<b>'; DROP" not in page, f"{path} shows a title as markup")


def floods(hub):
    many = {f"X-Flood-{number}": "x" for number in range(500)}
    status_is(hub, (400, 413, 431, 0), "five hundred headers", "/health", None, many, "GET")
    status_is(hub, (400, 413, 431, 0), "a header of a megabyte", "/health", None, {"X-Flood": "x" * (1 << 20)}, "GET")
    status_is(hub, (400, 414, 431, 0), "an address of a megabyte", "/" + "x" * (1 << 20), None, None, "GET")
    for line in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64, b"BREW /coffee HTCPCP/1.0\r\n\r\n",
                 b"POST /hooks/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
                 b"POST /hooks/1 HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"\r\n" * 50_000]:
        with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as raw:
            try:
                raw.sendall(line)
                raw.shutdown(socket.SHUT_WR)
                answer = raw.recv(200)
            except OSError:
                answer = b""
        check(not answer.startswith(b"HTTP/1.1 200"), f"{line[:30]!r} is answered with {answer[:60]!r}")
        check(ask(hub.port)[0] == 200, f"after {line[:30]!r} the hub does not answer")


def slow_senders(hub):
    """One that says nothing more, and one that sends a byte now and then for ever."""
    head = b"POST /hooks/1 HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
    senders = []
    for name in ["a silent sender", "a slow sender"]:
        raw = socket.create_connection(("127.0.0.1", hub.port), timeout=10)
        raw.sendall(head)
        senders.append((name, raw))
    return senders, time.monotonic()


def are_cut_off(senders, began):
    lines = dict(senders)
    while lines:
        check(time.monotonic() - began < CUT_OFF_SECONDS, f"not cut off within {CUT_OFF_SECONDS} seconds: {', '.join(lines)}")
        ended = select.select(list(lines.values()), [], [], 1)[0]
        for name, raw in list(lines.items()):
            try:
                if raw in ended and not raw.recv(1000):
                    raise ConnectionResetError
                if name == "a slow sender":
                    raw.sendall(b"1\r\nx\r\n")
            except OSError:
                raw.close()
                del lines[name]


def part():
    with Folder() as folder:
        twins = Twins(rate=0)
        hub = Hub(folder)
        try:
            hub.start(seconds=30)
            body = messages.shopify_order(1)
            status_is(hub, 404, "a shop that is not connected yet", "/hooks/1", body, messages.shopify(twins.settings["shopify"], body))
            # Another process adds them: the hub that serves finds out by itself.
            hub.connect(twins.settings)
            hub.until_listed()
            senders, began = slow_senders(hub)
            shopify, woo = twins.settings["shopify"], twins.settings["woocommerce"]
            at_the_door(hub, shopify, woo)
            kept_with_a_reason(hub, shopify, woo)
            unknown_article(hub, shopify, woo)
            replays(hub)
            floods(hub)
            hub.audit()
            are_cut_off(senders, began)
            check(ask(hub.port)[0] == 200 and hub.child.poll() is None, "the hub is not up any more")
            return f"resident {hub.resident_bytes():,} bytes; exceptions {json.dumps(kinds(hub))}"
        finally:
            hub.end()
            twins.end()
