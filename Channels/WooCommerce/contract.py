# SPDX-License-Identifier: Apache-2.0
"""Checks recorded exchanges of connector and twin against WooCommerce's own description of REST v3.

    python3 contract.py EXCHANGES.jsonl SPECS_DIR

Requests are held to the live route index (paths, methods, query names and values, body fields, enums, required fields) and
to the documented property tables where the index is silent (the lines of a refund). Answers and webhooks of the twin are held
to what a real WooCommerce 11.0.1 sent: every field must be known there with its type, and those always sent must be there.
"""

import base64
import copy
import glob
import gzip
import json
import os
import re
import sys
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator

from contract_shapes import Shapes, kind

BASE = "/wp-json/wc/v3"
OAUTH = {"oauth_consumer_key", "oauth_nonce", "oauth_signature_method", "oauth_timestamp", "oauth_signature"}
# WordPress itself understands these on every route.
GLOBAL = {"_fields"}
TOPICS = {"order.created", "order.updated", "order.deleted", "order.restored", "product.created", "product.updated", "product.deleted"}


def resource(parts):
    """What the last object of a path is."""
    names = [part for part in parts if not part.isdigit() and part != "batch"]
    if not names:
        return None
    last = names[-1]
    return {"products": "product", "variations": "variation", "orders": "order", "refunds": "refund", "notes": "note", "webhooks": "webhook"}.get(
        last, "setting" if names[0] == "settings" else None)


def rows(body):
    """The objects of an answer: itself, a list's rows, or a batch's items."""
    if isinstance(body, list):
        return body
    if isinstance(body, dict) and body and set(body) <= {"create", "update", "delete"}:
        return [item for items in body.values() for item in items]
    return [body]


class Contract:
    def __init__(self, specs):
        folder = os.path.join(specs, "woocommerce", "recorded-11.0.1")
        live = os.path.join(folder, "index.json.gz")
        with gzip.open(live, "rt", encoding="utf-8") if os.path.exists(live) else open(
                os.path.join(specs, "woocommerce", "wc-v3-route-index.json"), encoding="utf-8") as file:
            index = json.load(file)
        self.routes = [(re.compile("^" + path + "$"), route) for path, route in index["routes"].items()]
        with open(os.path.join(specs, "woocommerce", "properties.json"), encoding="utf-8") as file:
            self.tables = json.load(file)
        self.shapes = Shapes()
        for name in sorted(glob.glob(os.path.join(folder, "[0-9]*.json"))):
            with open(name, encoding="utf-8") as file:
                self.learn(json.load(file))
        for name in sorted(glob.glob(os.path.join(folder, "webhooks", "*.json"))):
            with open(name, encoding="utf-8") as file:
                self.learn_webhook(json.load(file))

        # No refund of shipping was recorded: its lines are those of an order.
        for path in [path for path in self.shapes.types if path[:2] == ("order", "shipping_lines")]:
            twin = ("refund",) + path[1:]
            self.shapes.types.setdefault(twin, set()).update(self.shapes.types[path])
            if path in self.shapes.always:
                self.shapes.always.setdefault(twin, self.shapes.always[path])

    def learn(self, exchange):
        request, response = exchange["request"], exchange["response"]
        if not request["path"].startswith(BASE + "/") or request["method"] == "OPTIONS" or response["body"] == "":
            return
        parts = request["path"][len(BASE) + 1:].split("/")
        if response["status"] >= 400:
            self.shapes.learn(("error",), response["body"])
            return
        name = resource(parts)
        if name is None or any(pair[0] == "_fields" for pair in request["query"]):
            return
        for row in rows(response["body"]):
            if isinstance(row, dict) and "error" in row:
                self.shapes.learn(("item",), row)
            elif isinstance(row, dict) and row:
                self.shapes.learn((self.viewed(name, row),), row)

    def learn_webhook(self, webhook):
        body = json.loads(base64.b64decode(webhook["request"]["body_base64"])) if not webhook["name"].endswith("-ping") else None
        if body and not webhook["name"].endswith("deleted") and "action" not in body:
            name = webhook["name"].split("-")[1]
            if name in ("order", "product"):
                self.shapes.learn((self.viewed(name, body),), body)

    @staticmethod
    def viewed(name, row):
        """A variation seen through the product routes looks like a product."""
        return name if name != "variation" or "slug" not in row else "product"

    # Requests

    def endpoint(self, method, path):
        for pattern, route in self.routes:
            match = pattern.match(path)
            if not match:
                continue
            for endpoint in route["endpoints"]:
                if method in endpoint["methods"] or (method == "HEAD" and "GET" in endpoint["methods"]):
                    return pattern, endpoint, match.groupdict()
        return None

    def request(self, request):
        url = urlsplit(request["url"])
        method = request["method"]
        if url.path == "/wp-json/" and method == "GET":
            return [] if all(name in GLOBAL for name, _ in parse_qsl(url.query)) else ["query of the site's index"]
        if not url.path.startswith(BASE + "/"):
            return [f"{url.path} is outside the API"]
        found = self.endpoint(method, url.path[len("/wp-json"):])
        if not found:
            return [f"no route {method} {url.path}"]
        pattern, endpoint, names = found
        args = endpoint["args"] if isinstance(endpoint["args"], dict) else {}
        problems = list(self.query(args, parse_qsl(url.query, keep_blank_values=True), url.scheme, request["headers"]))
        body = {}
        if request["body"]:
            try:
                body = json.loads(request["body"])
            except ValueError as error:
                return problems + [f"body: {error}"]
            if dict((name.lower(), value) for name, value in request["headers"]).get("content-type") != "application/json":
                problems.append("a JSON body without its Content-Type")
        if url.path.endswith("/batch"):
            problems += self.batch(pattern, args, body)
        else:
            given = set(body) | set(names) | {name for name, _ in parse_qsl(url.query)}
            problems += [f"{name} is required" for name, arg in args.items() if arg.get("required") and name not in given]
            if body != {}:
                problems += self.body(args, body, refund=url.path.endswith("/refunds"))
        return problems

    def query(self, args, pairs, scheme, headers):
        seen = set()
        for name, value in pairs:
            if name in seen:
                yield f"query {name} is given twice, which no signature survives"
            seen.add(name)
            if name in OAUTH or name in GLOBAL:
                continue
            if name not in args:
                yield f"query {name} is not known here"
                continue
            yield from self.argument(name, args[name], value)
        signed = OAUTH <= seen
        basic = any(name.lower() == "authorization" and value.startswith("Basic ") for name, value in headers)
        if scheme == "http" and (not signed or basic):
            yield "over plain HTTP a request is signed and shows no password"
        if scheme == "https" and not basic:
            yield "over HTTPS a request carries Basic credentials"
        values = dict(pairs)
        if signed:
            if values["oauth_signature_method"] != "HMAC-SHA256" or len(base64.b64decode(values["oauth_signature"])) != 32:
                yield "the signature is no HMAC-SHA256"
            if not values["oauth_timestamp"].isdigit() or not values["oauth_nonce"]:
                yield "timestamp or nonce"

    def argument(self, name, schema, value):
        values = value.split(",") if schema.get("type") == "array" else [value]
        item = schema.get("items", {}) if schema.get("type") == "array" else schema
        for one in values:
            typed = one
            if item.get("type") == "integer":
                if not re.fullmatch(r"-?\d+", one):
                    yield f"query {name}={one} is no integer"
                    continue
                typed = int(one)
            elif item.get("type") == "boolean":
                if one not in ("true", "false", "1", "0"):
                    yield f"query {name}={one} is no boolean"
                    continue
                typed = one in ("true", "1")
            elif item.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?", one):
                yield f"query {name}={one} is no time"
            for error in Draft202012Validator(strict(item)).iter_errors(typed):
                yield f"query {name}: {error.message}"

    def body(self, args, body, refund=False, where="body"):
        if not isinstance(body, dict):
            return [f"{where} is no object"]
        schema = {"type": "object", "properties": {name: strict(arg) for name, arg in args.items()}, "additionalProperties": False}
        if refund:
            schema["properties"]["line_items"] = self.refund_lines()
        return [f"{where}.{'.'.join(str(part) for part in error.absolute_path)}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)]

    def refund_lines(self):
        """The index leaves `line_items` of a refund out; the documentation has them as a property table."""
        tables = self.tables["order-refunds"]
        taxes = table(tables["Order refund line item - Taxes properties"])
        line = table(tables["Order refund - Line items properties"])
        # The table describes the answer's `taxes`; what is sent is `refund_tax`, an entry for each rate.
        line["properties"]["refund_tax"] = {"type": "array", "items": {**taxes, "required": ["id", "refund_total"]}}
        line["required"] = ["id"]
        return {"type": "array", "items": line}

    def batch(self, pattern, args, body):
        if not isinstance(body, dict) or not set(body) <= {"create", "update", "delete"}:
            return ["a batch is an object of create, update and delete"]
        problems = []
        if sum(len(items) for items in body.values()) > 100:
            problems.append("a batch of more than 100")
        for number, item in enumerate(body.get("update", [])):
            if not isinstance(item, dict) or not isinstance(item.get("id"), int):
                problems.append(f"update[{number}] has no id")
                continue
            problems += self.body({**args, "id": {"type": "integer"}}, item, where=f"update[{number}]")
        return problems

    # Answers

    def answer(self, request, response):
        url = urlsplit(request["url"])
        status, text = response["status"], response["body"]
        headers = {name.lower(): value for name, value in response["headers"]}
        if status in (429, 503) and headers.get("content-type", "").startswith("text/html"):
            return [] if headers.get("retry-after", "").isdigit() else ["no Retry-After"]
        if request["method"] == "HEAD":
            return []
        try:
            body = json.loads(text)
        except ValueError as error:
            return [f"answer: {error}"]
        if status >= 400:
            # `data` differs from one error to the next; code and message do not.
            return list(self.shapes.check(("error",), body, partial=True)) + [f"error without {name}" for name in ("code", "message", "data") if name not in body]
        if url.path == "/wp-json/":
            return [] if isinstance(body, dict) and isinstance(body.get("name"), str) else ["the site has no name"]
        parts = url.path[len(BASE) + 1:].split("/")
        problems = []
        query = dict(parse_qsl(url.query))
        if isinstance(body, list) and parts[-1] not in ("batch", "notes"):
            for name in ("x-wp-total", "x-wp-totalpages"):
                if not headers.get(name, "").isdigit():
                    problems.append(f"a list without {name}")
            if len(body) > int(query.get("per_page", "10")):
                problems.append("more rows than a page holds")
        name = resource(parts)
        for row in rows(body):
            if "error" in row:
                problems += self.shapes.check(("item",), row)
            elif row:
                problems += self.shapes.check((self.viewed(name, row),), row, partial="_fields" in query)
                problems += self.documented(name, row)
        if "_fields" in query:
            wanted = set(query["_fields"].split(",")) | {"_links"}
            problems += [f"{extra} was not asked for" for row in rows(body) for extra in sorted(set(row) - wanted)]
        return problems

    TABLES = {
        "order": ("orders", "Order properties"), "product": ("products", "Product properties"), "refund": ("order-refunds", "Order refund properties"),
        "variation": ("product-variations", "Product variation properties"), "note": ("order-notes", "Order note properties"),
        "webhook": ("webhooks", "Webhook properties"),
    }

    def documented(self, name, row):
        """The documented type of each field, where the documentation names one."""
        if name not in self.TABLES:
            return
        page, title = self.TABLES[name]
        for field, entry in self.tables.get(page, {}).get(title, {}).items():
            if field not in row or row[field] is None:
                continue
            wanted = entry["type"]
            # Where documentation and recording differ, the recording is right.
            if wanted != "date-time" and kind(row[field]) in self.shapes.types.get((name, field), ()):
                continue
            fits = {
                "integer": kind(row[field]) == "number", "string": kind(row[field]) == "string", "boolean": kind(row[field]) in ("boolean",),
                "array": kind(row[field]) == "array", "date-time": isinstance(row[field], str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", row[field]),
            }.get(wanted, True)
            if not fits:
                yield f"{name}.{field} is {row[field]!r}, documented as {wanted}"

    # Webhooks

    def webhook(self, request):
        headers = {name.lower(): value for name, value in request["headers"]}
        if headers.get("content-type") == "application/x-www-form-urlencoded":
            signed = [name for name in headers if name.startswith("x-wc-")]
            return [] if re.fullmatch(r"webhook_id=\d+", request["body"]) and not signed else ["a ping is an unsigned webhook_id"]
        problems = [f"no {name}" for name in ("source", "topic", "resource", "event", "signature", "id", "delivery-id") if "x-wc-webhook-" + name not in headers]
        if problems:
            return problems
        topic = headers["x-wc-webhook-topic"]
        if topic not in TOPICS and not topic.startswith("action."):
            problems.append(f"topic {topic}")
        if topic != headers["x-wc-webhook-resource"] + "." + headers["x-wc-webhook-event"]:
            problems.append("topic, resource and event do not agree")
        if len(base64.b64decode(headers["x-wc-webhook-signature"])) != 32:
            problems.append("the signature is no HMAC-SHA256")
        body = json.loads(request["body"])
        if topic.endswith(".deleted"):
            return problems + ([] if set(body) == {"id"} and isinstance(body["id"], int) else ["a deletion is an id"])
        if topic.startswith("action."):
            return problems + ([] if set(body) == {"action", "arg"} else ["an action is its name and argument"])
        name = topic.split(".")[0]
        return problems + list(self.shapes.check((name,), body)) + list(self.documented(name, body))


def table(entries):
    """A documented property table as a schema that knows no other fields."""
    types = {"date-time": {"type": "string"}, "array": {"type": "array"}}
    properties = {name: types.get(entry["type"], {"type": entry["type"]}) for name, entry in entries.items() if not entry.get("readOnly") or name == "id"}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def strict(arg):
    """WordPress' argument as a JSON schema: its own words dropped, unknown members refused."""
    schema = {name: value for name, value in copy.deepcopy(arg).items() if name not in ("required", "default", "context", "readonly", "format", "description")}
    if isinstance(schema.get("type"), list) and "null" in schema["type"] and len(schema["type"]) > 5:
        return {}
    if isinstance(schema.get("properties"), dict) and schema["properties"]:
        schema["properties"] = {name: strict(member) for name, member in schema["properties"].items()}
        schema["additionalProperties"] = False
    else:
        schema.pop("properties", None)
    if isinstance(schema.get("items"), dict):
        schema["items"] = strict(schema["items"])
    else:
        schema.pop("items", None)
    return schema


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: contract.py EXCHANGES.jsonl SPECS_DIR")
    contract = Contract(sys.argv[2])
    passed = failed = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                exchange = json.loads(line)
                if exchange["kind"] == "webhook":
                    problems = contract.webhook(exchange["request"])
                else:
                    problems = contract.request(exchange["request"]) + contract.answer(exchange["request"], exchange["response"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                problems = [f"cannot be checked: {error!r}"]
            for problem in dict.fromkeys(problems):
                print(f"line {number}: {exchange['request']['method']} {urlsplit(exchange['request']['url']).path}: {problem}")
            passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
