#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds recorded exchanges of the Square connector and its twin against Square's own OpenAPI description.

    python3 contract.py EXCHANGES.jsonl SPECS_DIR

Requests strictly: path, query names, headers and bodies, in which a field that the description does not have, or has as read-only,
is a violation. Answers by their schema, every object closed, errors by Square's list of codes. Webhooks against the schemas of their
events. What Square says in words only (limits of lists and keys, which sort goes with which filter) is in `rules`.
"""
import base64
import gzip
import json
import re
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
# The Orders API answers with it; the list of codes does not have it.
UNLISTED_CODES = ["VERSION_MISMATCH"]
REQUEST_HEADERS = {"authorization", "square-version", "accept", "content-type", "user-agent"}
WEBHOOK_HEADERS = {"content-type", "user-agent", "x-square-hmacsha256-signature", "square-environment", "square-initial-delivery-timestamp"}
EVENTS = {
    "order.created": "OrderCreatedEvent", "order.updated": "OrderUpdatedEvent", "order.fulfillment.updated": "OrderFulfillmentUpdatedEvent",
    "refund.created": "RefundCreatedEvent", "refund.updated": "RefundUpdatedEvent", "inventory.count.updated": "InventoryCountUpdatedEvent",
}
# Moves that the Inventory API makes, out of a state into another.
TRANSITIONS = {("NONE", "IN_STOCK"), ("UNLINKED_RETURN", "IN_STOCK"), ("IN_STOCK", "SOLD"), ("IN_STOCK", "WASTE")}


class Contract:
    def __init__(self, folder):
        with gzip.open(folder / "square-openapi.json.gz", "rt", encoding="utf-8") as file:
            self.root = json.load(file)
        self.version = json.loads(re.search(r"literal<(\"[^\"]+\")>", json.dumps(self.root["x-fern-global-headers"]).replace('\\"', '"')).group(1))
        schemas = self.root["components"]["schemas"]
        self.asked = {name: self.closed(schema, isRequest=True) for name, schema in schemas.items()}
        self.told = {name: self.closed(schema, isRequest=False) for name, schema in schemas.items()}
        self.told["ErrorCode"]["enum"] = self.told["ErrorCode"]["enum"] + UNLISTED_CODES
        self.operations = []
        for path, methods in self.root["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\\{[^}]*\\\}|\{[^}]*\}", "([^/]+)", path) + "$")
            for method, operation in methods.items():
                self.operations.append((method.upper(), path.count("{"), pattern, operation))
        # A path without a variable goes before one with.
        self.operations.sort(key=lambda one: one[1])
        events = json.loads((folder / "samples" / "webhook-events.json").read_text())
        self.events = set(events)

    def closed(self, schema, isRequest):
        """The schema with every object that lists its fields closed, and null where the description allows it."""
        if isinstance(schema, list):
            return [self.closed(part, isRequest) for part in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            reference = {"$ref": schema["$ref"].replace("#/components/schemas/", "#/definitions/")}
            return {"anyOf": [reference, {"type": "null"}]} if schema.get("nullable") else reference
        out = {}
        for key, value in schema.items():
            if key in ("description", "example", "examples", "readOnly", "format", "discriminator") or key.startswith("x-"):
                continue
            out[key] = self.closed(value, isRequest) if key in ("items", "allOf", "anyOf", "oneOf", "additionalProperties") else value
        if isinstance(schema.get("properties"), dict):
            fields = {name: value for name, value in schema["properties"].items() if not (isRequest and value.get("readOnly"))}
            out["properties"] = {name: self.closed(value, isRequest) for name, value in fields.items()}
            out.setdefault("additionalProperties", False)
        if out.pop("nullable", False):
            if "type" in out:
                out["type"] = [out["type"], "null"]
            if "enum" in out:
                out["enum"] = out["enum"] + [None]
        return out

    def problems(self, schema, value, definitions):
        validator = Draft4Validator({**self.closed(schema, definitions is self.asked), "definitions": definitions})
        return [f"{'/'.join(map(str, error.absolute_path)) or '.'}: {error.message[:200]}" for error in validator.iter_errors(value)]

    def check(self, exchange):
        request, response = exchange["request"], exchange["response"]
        if exchange["kind"] == "webhook":
            return self.webhook(request)
        parts = urlsplit(request["url"])
        for method, _, pattern, operation in self.operations:
            if method == request["method"] and pattern.match(parts.path):
                return self.call(request, response, parts, operation)
        return [f"no operation {request['method']} {parts.path}"]

    def call(self, request, response, parts, operation):
        name = operation["operationId"]
        headers = {key.lower(): value for key, value in request["headers"]}
        found = [f"request: header {key} is none of ours" for key in sorted(headers.keys() - REQUEST_HEADERS)]
        if not re.fullmatch(r"Bearer \S+", headers.get("authorization", "")):
            found.append("request: no bearer token")
        if headers.get("square-version", self.version) != self.version:
            found.append(f"request: version {headers['square-version']}, the description is of {self.version}")
        known = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "query"}
        query = parse_qsl(parts.query, keep_blank_values=True)
        found += [f"request: query {key} is not in {name}" for key, _ in query if key not in known]
        found += [f"request: query {key} is missing" for key, p in known.items() if p.get("required") and key not in dict(query)]
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]["schema"]
            if not headers.get("content-type", "").startswith("application/json"):
                found.append("request: body without content-type application/json")
            try:
                body = json.loads(request["body"])
                found += [f"request: {problem}" for problem in self.problems(content, body, self.asked)] + self.rules(name, body)
            except ValueError:
                found.append("request: the body is no JSON")
        elif request["body"] not in ("", "{}"):
            found.append("request: a body that the operation does not have")
        return found + self.answer(name, operation, response)

    def answer(self, name, operation, response):
        try:
            body = json.loads(response["body"])
        except ValueError:
            return ["answer: the body is no JSON"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        found = [f"answer: {problem}" for problem in self.problems(schema, body, self.told)]
        if (response["status"] >= 400) != bool(body.get("errors")):
            found.append(f"answer: status {response['status']} with errors {body.get('errors')}")
        return found + [f"answer: {where} is no time: {value}" for where, value in times(body) if not TIME.match(str(value))]

    def rules(self, name, body):
        """What the description says in words only."""
        out = []
        limits = {"SearchOrders": ("location_ids", 10), "BatchRetrieveOrders": ("order_ids", 100), "BatchChangeInventory": ("changes", 100)}
        if name in limits:
            field, most = limits[name]
            if not 1 <= len(body.get(field, [])) <= most:
                out.append(f"request: {field} has {len(body.get(field, []))} entries, 1 to {most} are taken")
        if name in ("RefundPayment", "CreateWebhookSubscription") and len(body.get("idempotency_key", "").encode()) > 45:
            out.append("request: the idempotency key is longer than 45 characters")
        if name in ("RefundPayment", "UpdateOrder", "CreateWebhookSubscription", "BatchChangeInventory") and not body.get("idempotency_key"):
            out.append("request: no idempotency key")
        if name == "SearchOrders":
            windows = body.get("query", {}).get("filter", {}).get("date_time_filter", {})
            if [field.upper() for field in windows] != [body.get("query", {}).get("sort", {}).get("sort_field")]:
                out.append("request: a window has to be sorted by its own field")
            if not 1 <= body.get("limit", 500) <= 1000:
                out.append("request: limit is 1 to 1000")
        if name == "UpdateOrder" and "version" not in body.get("order", {}):
            out.append("request: an update names the version it is of")
        if name == "BatchChangeInventory":
            for change in body.get("changes", []):
                move = change.get("adjustment", {})
                if (move.get("from_state"), move.get("to_state")) not in TRANSITIONS:
                    out.append(f"request: no move from {move.get('from_state')} to {move.get('to_state')}")
                if not re.fullmatch(r"[1-9]\d*(\.\d{1,5})?", move.get("quantity", "")):
                    out.append(f"request: quantity {move.get('quantity')}")
                if "occurred_at" not in move:
                    out.append("request: occurred_at is missing")
        return out + [f"request: {where} is no time: {value}" for where, value in times(body) if not TIME.match(str(value))]

    def webhook(self, request):
        headers = {key.lower(): value for key, value in request["headers"]}
        found = [f"webhook: header {key} is missing" for key in sorted(WEBHOOK_HEADERS - headers.keys())]
        if len(base64.b64decode(headers.get("x-square-hmacsha256-signature", ""), validate=True)) != 32:
            found.append("webhook: the signature is no SHA-256")
        body = json.loads(request["body"])
        kind = body.get("type")
        if kind not in self.events or kind not in EVENTS:
            return found + [f"webhook: {kind} is no event of ours"]
        found += [f"webhook: {problem}" for problem in self.problems({"$ref": f"#/definitions/{EVENTS[kind]}"}, body, self.told)]
        found += [f"webhook: {field} is missing" for field in ("merchant_id", "event_id", "created_at", "data") if field not in body]
        return found + [f"webhook: {where} is no time: {value}" for where, value in times(body) if not TIME.match(str(value))]


def times(value, where=""):
    """Every member that is named as a moment, with its place."""
    if isinstance(value, dict):
        for name, part in value.items():
            if (name.endswith("_at") or name == "latest_time") and isinstance(part, str):
                yield f"{where}/{name}", part
            yield from times(part, f"{where}/{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from times(part, f"{where}/{number}")


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    contract = Contract(Path(sys.argv[2]) / "square")
    passed = failed = 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            exchange = json.loads(line)
            try:
                problems = contract.check(exchange)
            except Exception as error:  # A check that cannot be made is no pass.
                problems = [f"cannot be checked: {error!r}"]
            for problem in problems:
                print(f"line {number}: {exchange['request']['method']} {unquote(exchange['request']['url'])[:100]}: {problem}")
            passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
