# SPDX-License-Identifier: Apache-2.0
"""A forged webhook is refused, before anything else is done with it: nothing is stored, and the answer is a 4xx.

Named forgeries of Shopify's and WooCommerce's signature, then seeded mutations of body, signature and headers. A good message that comes again has
no second effect. What the services do not sign (the topic, Shopify's delivery id) cannot be told from the real one, and is not claimed here.
"""
import base64
import collections
import hashlib
import hmac
import itertools
import random
import threading

import messages
from harness import SOAK, Failed, Folder, Hub, check, seed_of, succeed, until
from line import Line, octets

MUTATIONS = 1_000_000 if SOAK else 10_000
THREADS = 4
SECRET, OTHER_SECRET = "shpss_5f9c0a", "shpss_of_another_tenant"
# Nobody is at home there: what is in the inbox came from us.
NOWHERE = "http://127.0.0.1:9"
SHOPS = [("shopify", {"address": NOWHERE, "accessToken": "shpat_1", "webhookSecret": SECRET}),
         ("woocommerce", {"address": NOWHERE, "consumerKey": "ck_1", "consumerSecret": "cs_1", "webhookSecret": SECRET}),
         ("shopify", {"address": NOWHERE, "accessToken": "shpat_2", "webhookSecret": OTHER_SECRET}),
         ("woocommerce", {"address": NOWHERE, "consumerKey": "ck_2", "consumerSecret": "cs_2", "webhookSecret": OTHER_SECRET})]
SIGNED_BY = {1: "X-Shopify-Hmac-SHA256", 2: "X-WC-Webhook-Signature"}
_deliveries = itertools.count(1)


def mac(body, secret=SECRET, algorithm=hashlib.sha256):
    return hmac.new(octets(secret), body, algorithm).digest()


def text(digest):
    return base64.b64encode(digest).decode()


def order(account, number, **more):
    return messages.shopify_order(number, **more) if account == 1 else messages.woocommerce_order(number, **more)


def headers(account, *signatures, topic=None):
    """A delivery of its own with these signature headers: none, one or several."""
    kind = [("X-Shopify-Topic", topic or "orders/create"), ("X-Shopify-Webhook-Id", f"forged-{next(_deliveries)}")] if account == 1 else \
        [("X-WC-Webhook-Topic", topic or "order.created"), ("X-WC-Webhook-ID", "1")]
    return [("Content-Type", "application/json")] + kind + [(SIGNED_BY[account], one) for one in signatures]


def flipped(digest, bit):
    changed = bytearray(digest)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def vectors(account):
    """Name, headers and body of each named forgery."""
    body, other = order(account, 100), order(account, 101)
    right = text(mac(body))
    wrong = text(mac(body, OTHER_SECRET))
    signed = {
        "an empty signature": "", "another tenant's secret": wrong, "an empty secret": text(mac(body, "")),
        "a signature cut short": right[:24], "a signature's first bytes": text(mac(body)[:16]), "one bit flipped": text(flipped(mac(body), 255)),
        "a doubled signature": right + right, "a signature in capitals": right.upper(), "blanks within the signature": right[:20] + " \t" + right[20:],
        "another algorithm": text(mac(body, algorithm=hashlib.sha512)), "an older algorithm": text(mac(body, algorithm=hashlib.sha1)),
        "a hash without a key": text(hashlib.sha256(body).digest()), "a hash of secret and body": text(hashlib.sha256(octets(SECRET) + body).digest()),
        "hexadecimal": mac(body).hex(), "the signature of another body": text(mac(other)), "the signature of the empty body": text(mac(b"")),
        "a header that is not UTF-8": b"\xff\xfe" + octets(right)[2:], "several in one": f"{wrong},{wrong}",
    }
    yield "no signature", headers(account), body
    for name, signature in signed.items():
        yield name, headers(account, signature), body
    yield "two wrong signatures", headers(account, wrong, text(mac(other))), body
    yield "a changed body", headers(account, right), body.replace(b"2.50", b"0.01", 1)
    yield "an empty body under the signature of a whole one", headers(account, right), b""
    yield "the other service's header", [(SIGNED_BY[3 - account] if name == SIGNED_BY[account] else name, value)
                                         for name, value in headers(account, right)], body


def decoded(signature):
    """What a generous reader would make of a signature; nothing when it is none."""
    try:
        return base64.b64decode(octets(signature).strip(), validate=True)
    except ValueError:
        return None


def is_forged(body, signatures):
    return not any(decoded(one) == mac(body) for one in signatures)


def cut(chance, whole):
    return whole[:chance.randrange(len(whole))] if whole else whole


def mangled(chance, whole):
    """Bytes with one to four small changes."""
    out = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out) + 1)
        act = chance.randrange(5)
        if act == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif act == 1:
            out.insert(at, chance.randrange(256))
        elif act == 2 and at < len(out):
            del out[at]
        elif act == 3:
            out[at:at] = out[chance.randrange(len(out) + 1):][:chance.randint(1, 20)]
        else:
            out[at:at + 1] = chance.choice([b"\\u0000", b"0", b'"', b"{", b"\xc3\xa9", b" ", b"1e9"])
    return bytes(out)


def field(raw):
    """Bytes that can stand in a header: a line's end would begin another header, which is another test's matter."""
    return bytes(byte for byte in octets(raw) if byte not in b"\r\n\0")


def mutated(chance):
    """Account, headers and body of a message that is not what the shop signed."""
    while True:
        account = chance.choice([1, 2])
        body = chance.choice([order(account, chance.randrange(200, 999)), b"{}", b"", b'{"id":7}', order(account, 7, title="Caf\u00e9 \U0001f381")
                              if account == 1 else order(account, 7, quantity=3)])
        right = text(mac(body))
        kind = chance.randrange(8)
        signatures = [right]
        if kind < 3:
            body = cut(chance, body) if kind == 0 else mangled(chance, body)
        elif kind == 3:
            signatures = [field(mangled(chance, octets(right)))]
        elif kind == 4:
            signatures = [text(flipped(mac(body), chance.randrange(256)))]
        elif kind == 5:
            signatures = [cut(chance, right)] if chance.random() < 0.5 else []
        elif kind == 6:
            signatures = [text(mac(body, chance.choice([OTHER_SECRET, "", SECRET[:-1], SECRET + "\n", SECRET.upper(), "undefined"])))]
        else:
            signatures = [field(mangled(chance, octets(right))) for _ in range(chance.randint(2, 4))]
            body = mangled(chance, body)
        topic = chance.choice([None, None, "orders/paid" if account == 1 else "order.updated", "app/uninstalled", "", "x" * 300])
        if is_forged(body, signatures):
            return account, headers(account, *signatures, topic=topic), body


def refused(line, account, fields, body):
    status = line.ask("POST", f"/hooks/{account}", fields, body)[0]
    return 400 <= status < 500, status


def shower(hub, seed, share, statuses, troubles):
    """One sender's share of the mutations, on a connection of its own."""
    chance, line = random.Random(seed), Line(hub.port)
    for turn in range(share):
        account, fields, body = mutated(chance)
        good, status = refused(line, account, fields, body)
        statuses[status] += 1
        if not good:
            troubles.append(f"mutation {turn} of seed {seed}: status {status} for account {account}, {fields}, {body[:300]!r}")
            if len(troubles) > 5:
                break
    line.end()


def stored(hub):
    return hub.rows("SELECT account, key FROM inbox ORDER BY number")


def effects(hub):
    """What a message could have changed."""
    return [hub.number(f"SELECT COUNT(*) FROM {table}") for table in ("inbox", "orders", "order_lines", "postings", "listings", "variants")]


def good_ones_once(hub, line):
    """Each shop's good message is taken; sent again, by the same or another delivery, it changes nothing."""
    for account in (1, 2):
        body = order(account, 1)
        fields = headers(account, text(mac(body)))
        check(line.ask("POST", f"/hooks/{account}", fields, body)[0] == 200, f"the good message of account {account} is not taken")
        until(10, "the good order is in the book", lambda: hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0
              and hub.number("SELECT COUNT(*) FROM orders WHERE account = ?", account) == 1)
        before = effects(hub)
        for _ in range(20):
            check(line.ask("POST", f"/hooks/{account}", fields, body)[0] == 200, "a repeated message is not acknowledged")
        check(effects(hub) == before, f"a replayed message had a second effect: {before} became {effects(hub)}")
        # A thief of one message may send it under a new delivery id: stored once more, but the order is the same.
        line.ask("POST", f"/hooks/{account}", headers(account, text(mac(body))), body)
        until(10, "the inbox is empty", lambda: hub.number("SELECT COUNT(*) FROM inbox WHERE state = 0") == 0)
        check(effects(hub)[1:] == before[1:], f"a message under another delivery id had a second effect: {before} became {effects(hub)}")
        other = account + 2
        check(refused(line, other, fields, body)[0], f"account {other} took a message of account {account}")


def part():
    seed = seed_of("forged")
    with Folder() as folder:
        hub = Hub(folder)
        try:
            for number, (channel, settings) in enumerate(SHOPS, 1):
                words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
                succeed("channel", "add", channel, f"Shop {number}", "--create-products", "--database", hub.database, *words)
            hub.start(seconds=30)
            line = Line(hub.port)
            good_ones_once(hub, line)
            before, kept = effects(hub), stored(hub)
            names = 0
            for account in (1, 2):
                for name, fields, body in vectors(account):
                    good, status = refused(line, account, fields, body)
                    check(good, f"{name}: status {status} at {SHOPS[account - 1][0]}")
                    names += 1
            # WooCommerce's ping carries no signature: acknowledged, and worth nothing.
            check(line.ask("POST", "/hooks/2", {}, b"webhook_id=7")[0] == 200, "WooCommerce's ping is not acknowledged")
            check(effects(hub) == before, f"a forgery had an effect: {sorted(set(stored(hub)) - set(kept))[:3]}")
            statuses, troubles = collections.Counter(), []
            senders = [threading.Thread(target=shower, args=(hub, seed + turn, MUTATIONS // THREADS, statuses, troubles)) for turn in range(THREADS)]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
            if troubles:
                raise Failed(f"{len(troubles)} mutations were not refused; {troubles[0]}")
            check(sum(statuses.values()) == MUTATIONS // THREADS * THREADS, f"only {sum(statuses.values())} mutations were sent: a sender broke")
            check(effects(hub) == before, f"a mutation had an effect: {sorted(set(stored(hub)) - set(kept))[:3]}")
            told = hub.rows("SELECT account, COUNT(*) FROM exceptions WHERE kind = 'bad-signature' GROUP BY account")
            check(told and all(count == 1 for _, count in told), f"forgeries are to be told of once for each account, not {told}")
            hub.audit()
            return f"{names} named forgeries, {MUTATIONS:,} mutations, none accepted; statuses {dict(statuses)}"
        finally:
            hub.end()
