#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds recorded exchanges of the Shopify connector and its twin against Shopify's own schema.

    python3 contract.py EXCHANGES.jsonl SPECS_DIR

Every request is checked strictly: method, path, headers, JSON members, the document by the rules of GraphQL against
the Admin API's schema, variables by their types (input fields, enums, required). Every answer is checked by its
selection: what was selected is there, nothing else is, of the right type, enum value and nullness. Webhooks are
checked for their headers, their topic and the names and kinds of their fields, as published samples have them.
"""
import base64
import gzip
import json
import pathlib
import re
import sys
from urllib.parse import parse_qs, urlsplit

from graphql import (
    GraphQLEnumType, GraphQLError, GraphQLList, GraphQLNonNull, GraphQLScalarType, OperationType, build_schema, get_operation_ast,
    is_composite_type, is_leaf_type, parse, specified_rules, validate,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_variable_values

PATH = "/admin/api/2026-07/graphql.json"
# Client credentials grant: https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
SIGN_IN = "/admin/oauth/access_token"
REQUEST_HEADERS = {"content-type", "accept", "x-shopify-access-token"}
WEBHOOK_HEADERS = {
    "x-shopify-topic", "x-shopify-hmac-sha256", "x-shopify-shop-domain", "x-shopify-api-version", "x-shopify-webhook-id",
    "x-shopify-event-id", "x-shopify-triggered-at", "content-type", "user-agent",
}
ERROR_MEMBERS = {"message", "locations", "path", "extensions"}
COST_MEMBERS = {"requestedQueryCost": int, "actualQueryCost": (int, type(None)), "throttleStatus": dict}


class Contract:
    def __init__(self, specs):
        folder = pathlib.Path(specs) / "shopify"
        with gzip.open(folder / "admin-2026-07.schema.graphql.gz", "rt") as file:
            self.schema = build_schema(file.read(), assume_valid=True)
        self.topics = {entry["topic"]: entry["enum"] for entry in json.loads((folder / "webhook-topics-2026-07.json").read_text()) if entry["topic"]}
        self.samples = Samples(folder / "samples" / "rest-2026-07")
        self.documents = {}

    def check(self, line):
        problems = []
        if line["kind"] == "webhook":
            self.webhook(line["request"], problems.append)
        else:
            self.call(line["request"], line["response"], problems.append)
        return problems

    # Calls

    def sign_in(self, request, headers, response, fail):
        if request["method"] != "POST" or headers.get("content-type") != "application/x-www-form-urlencoded":
            fail(f"sign-in by {request['method']} with {headers.get('content-type')}")
        form = parse_qs(request["body"], strict_parsing=True)
        if set(form) != {"grant_type", "client_id", "client_secret"} or form["grant_type"] != ["client_credentials"]:
            fail(f"sign-in with {sorted(form)}")
        if response["status"] == 200:
            kinds = {name: type(value) for name, value in json.loads(response["body"]).items()}
            if kinds != {"access_token": str, "scope": str, "expires_in": int}:
                fail(f"sign-in is answered with {kinds}")

    def call(self, request, response, fail):
        parts = urlsplit(request["url"])
        headers = {name.lower(): value for name, value in request["headers"]}
        if parts.path == SIGN_IN:
            self.sign_in(request, headers, response, fail)
            return
        if headers.keys() - REQUEST_HEADERS:
            fail(f"unknown request headers {sorted(headers.keys() - REQUEST_HEADERS)}")
        if REQUEST_HEADERS - headers.keys():
            fail(f"missing request headers {sorted(REQUEST_HEADERS - headers.keys())}")
        if request["method"] != "POST" or parts.path != PATH or parts.query:
            fail(f"request goes to {request['method']} {parts.path}?{parts.query}")
            return
        body = json.loads(request["body"])
        if set(body) != {"query", "operationName", "variables"}:
            fail(f"body has {sorted(body)}")
        document = self.document(body["query"], fail)
        if document is None:
            return
        operation = get_operation_ast(document, body.get("operationName"))
        if operation is None:
            fail(f"no operation {body.get('operationName')}")
            return
        unknown = set(body["variables"]) - {one.variable.name.value for one in operation.variable_definitions}
        if unknown:
            fail(f"variables {sorted(unknown)} are not defined")
        variables = get_variable_values(self.schema, operation.variable_definitions, body["variables"])
        if isinstance(variables, list):
            for error in variables:
                fail(f"variables: {error.message}")
            variables = {}
        self.idempotency(operation, variables, fail)
        self.inputs(body["variables"], fail)
        self.answer(document, operation, variables, response, fail)

    def document(self, text, fail):
        if text not in self.documents:
            try:
                document = parse(text)
                self.documents[text] = (document, [error.message for error in validate(self.schema, document, specified_rules)])
            except GraphQLError as error:
                self.documents[text] = (None, [error.message])
        document, errors = self.documents[text]
        for error in errors:
            fail(f"document: {error}")
        return document

    def idempotency(self, operation, variables, fail):
        """From 2026-04 Shopify refuses these without a key; their documentation names them, the schema does not."""
        for field in operation.selection_set.selections:
            if field.name.value in {"inventorySetQuantities", "refundCreate"} and not any(one.name.value == "idempotent" for one in field.directives):
                fail(f"{field.name.value} lacks @idempotent")

    def inputs(self, variables, fail):
        for entry in (variables.get("input") or {}).get("quantities", []) if isinstance(variables.get("input"), dict) else []:
            if "changeFromQuantity" not in entry:
                fail("changeFromQuantity has to be written, be it null")
        for where, value in walk(variables):
            if isinstance(value, list) and len(value) > 250:
                fail(f"{where} has {len(value)} entries, at most 250 are taken")
            if isinstance(value, str) and value.startswith("gid:") and not re.fullmatch(r"gid://shopify/[A-Za-z]+/[0-9A-Za-z-]+", value):
                fail(f"{where} is no global id: {value}")

    def answer(self, document, operation, variables, response, fail):
        if response["status"] not in (200, 401):
            fail(f"answer has status {response['status']}")
        body = json.loads(response["body"])
        if response["status"] != 200:
            if not isinstance(body.get("errors"), str):
                fail("a refused call says why in `errors`")
            return
        if set(body) - {"data", "errors", "extensions"}:
            fail(f"answer has {sorted(body)}")
        for error in body.get("errors", []):
            if set(error) - ERROR_MEMBERS or not isinstance(error.get("message"), str):
                fail(f"error has {sorted(error)}")
        cost = (body.get("extensions") or {}).get("cost")
        if cost is None:
            if "data" in body:
                fail("answer without its cost")
        else:
            for name, kind in COST_MEMBERS.items():
                if not isinstance(cost.get(name), kind):
                    fail(f"cost.{name} is {cost.get(name)!r}")
            if set(cost.get("throttleStatus", {})) != {"maximumAvailable", "currentlyAvailable", "restoreRate"}:
                fail("throttleStatus is not whole")
        if body.get("data") is None:
            if not body.get("errors"):
                fail("neither data nor errors")
            return
        root = self.schema.mutation_type if operation.operation == OperationType.MUTATION else self.schema.query_type
        fragments = {one.name.value: one for one in document.definitions if one.kind == "fragment_definition"}
        fields = collect_fields(self.schema, fragments, variables, root, operation.selection_set)
        self.object(root, fields, body["data"], "data", fragments, variables, fail, bool(body.get("errors")))

    def object(self, kind, fields, value, where, fragments, variables, fail, forgiving=False):
        for extra in set(value) - set(fields):
            fail(f"{where}.{extra} was not selected")
        for name, nodes in fields.items():
            field = nodes[0].name.value
            if name not in value:
                fail(f"{where}.{name} is missing")
            elif field != "__typename":
                self.value(kind.fields[field].type, nodes, value[name], f"{where}.{name}", fragments, variables, fail, forgiving)

    def value(self, kind, nodes, value, where, fragments, variables, fail, forgiving=False):
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                if not forgiving:
                    fail(f"{where} must not be null")
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                fail(f"{where} is no list")
                return
            for position, element in enumerate(value):
                self.value(kind.of_type, nodes, element, f"{where}[{position}]", fragments, variables, fail)
        elif is_leaf_type(kind):
            self.leaf(kind, value, where, fail)
        elif is_composite_type(kind):
            if not isinstance(value, dict):
                fail(f"{where} is no object")
                return
            concrete = self.concrete(kind, nodes)
            self.object(concrete, collect_sub_fields(self.schema, fragments, variables, concrete, nodes), value, where, fragments, variables, fail)

    def concrete(self, kind, nodes):
        """Interfaces are only read through one inline fragment."""
        for node in nodes:
            for one in node.selection_set.selections:
                if one.kind == "inline_fragment" and one.type_condition and kind.name == "Node":
                    return self.schema.type_map[one.type_condition.name.value]
        return kind

    def leaf(self, kind, value, where, fail):
        if isinstance(kind, GraphQLEnumType):
            if value not in kind.values:
                fail(f"{where} is {value!r}, not one of {kind.name}")
            return
        name = kind.name
        good = {
            "Int": lambda: isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31,
            "Boolean": lambda: isinstance(value, bool),
            "ID": lambda: isinstance(value, str) and value.startswith("gid://shopify/"),
            "DateTime": lambda: isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value),
            "Money": lambda: isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value),
            "Decimal": lambda: isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value),
            "URL": lambda: isinstance(value, str),
            "String": lambda: isinstance(value, str),
        }.get(name, lambda: isinstance(kind, GraphQLScalarType))()
        if not good:
            fail(f"{where} is {value!r}, no {name}")

    # Webhooks

    def webhook(self, request, fail):
        headers = {name.lower(): value for name, value in request["headers"]}
        if set(headers) != WEBHOOK_HEADERS:
            fail(f"webhook headers differ by {sorted(set(headers) ^ WEBHOOK_HEADERS)}")
        topic = headers.get("x-shopify-topic")
        if topic not in self.topics:
            fail(f"unknown topic {topic}")
        try:
            if len(base64.b64decode(headers.get("x-shopify-hmac-sha256", ""), validate=True)) != 32:
                fail("the signature is no SHA-256")
        except ValueError:
            fail("the signature is no base64")
        body = json.loads(request["body"])
        kind = {"orders": "order", "refunds": "refund", "fulfillments": "fulfillment", "products": "product", "inventory_levels": "level"}.get((topic or "").split("/")[0])
        for where, problem in self.samples.differences(kind, body):
            fail(f"webhook {topic}: {where} {problem}")


class Samples:
    """Names and kinds of the fields of published REST bodies, merged over all samples."""

    KEYS = {"order": "orders", "refund": "refunds", "fulfillment": "fulfillments", "product": "products", "level": "levels"}

    def __init__(self, folder):
        self.shapes = {"level": {}}
        merge(self.shapes["level"], {
            "inventory_item_id": 1, "location_id": 1, "available": 1, "updated_at": "", "admin_graphql_api_id": ""})
        for kind in ("order", "refund", "fulfillment", "product"):
            self.shapes[kind] = {}
        for file in sorted(folder.glob("*.json")):
            for sample in json.loads(file.read_text()):
                body = sample.get("responseBody")
                if isinstance(body, dict):
                    self.gather(body)
        # Parts of an order say more of a refund or a fulfilment than their own samples do, and the other way round.
        for part, kind in (("refunds", "refund"), ("fulfillments", "fulfillment")):
            for shape in self.shapes["order"].get(part, {}).get("element", {}).items():
                self.shapes[kind].setdefault(*shape)
            self.shapes["order"].setdefault(part, {})["element"] = self.shapes[kind]
        for part in ("transactions",):
            self.shapes["refund"].setdefault(part, {}).setdefault("element", {})
        for line in (self.shapes["order"]["line_items"]["element"], self.shapes["fulfillment"]["line_items"]["element"]):
            line.setdefault("variant_id", {"kinds": {"int"}})
        # The body names it although no sample of a refund has it.
        self.shapes["order"]["shipping_lines"]["element"].setdefault("is_removed", {"kinds": {"bool"}})

    def gather(self, body):
        for kind, plural in self.KEYS.items():
            for one in [body.get(kind)] + list(body.get(plural) or []):
                if isinstance(one, dict):
                    merge(self.shapes[kind], one)

    def differences(self, kind, body):
        if kind is None:
            return []
        found = []
        compare(self.shapes[kind], body, kind, found)
        return found


def merge(shape, value):
    for name, inner in value.items():
        entry = shape.setdefault(name, {})
        entry.setdefault("kinds", set()).add(kind_of(inner))
        if isinstance(inner, dict):
            merge(entry.setdefault("object", {}), inner)
        if isinstance(inner, list):
            for element in inner:
                if isinstance(element, dict):
                    merge(entry.setdefault("element", {}), element)


def compare(shape, value, where, found):
    for name, inner in value.items():
        entry = shape.get(name)
        if entry is None:
            found.append((f"{where}.{name}", "is in no sample"))
            continue
        kinds = entry.get("kinds", set()) - {"null"}
        if kinds and inner is not None and kind_of(inner) not in kinds and not (kinds & {"float", "int"} and kind_of(inner) in {"float", "int"}):
            found.append((f"{where}.{name}", f"is a {kind_of(inner)}, samples have {sorted(kinds)}"))
        if isinstance(inner, dict) and entry.get("object"):
            compare(entry["object"], inner, f"{where}.{name}", found)
        if isinstance(inner, list) and entry.get("element"):
            for element in inner:
                if isinstance(element, dict):
                    compare(entry["element"], element, f"{where}.{name}[]", found)


def kind_of(value):
    return "null" if value is None else type(value).__name__


def walk(value, where="variables"):
    yield where, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from walk(inner, f"{where}[{position}]")


def main(exchanges, specs):
    contract = Contract(specs)
    passed = failed = 0
    with open(exchanges, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                problems = contract.check(json.loads(text))
            except (KeyError, TypeError, ValueError) as error:
                problems = [f"cannot be read: {error!r}"]
            for problem in problems:
                print(f"line {number}: {problem}")
            passed += not problems
            failed += bool(problems)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
