#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks recorded exchanges against Amazon's own models: contract.py EXCHANGES.jsonl SPECS_DIR

Requests strictly: path, query names, values and limits, required parameters, and bodies in which a field that the model
does not have is a violation. Answers by their status: fields have to exist in the model with the right type, and the
required ones have to be there. Feed documents go against the feed schemas, flat files against the attribute lists of
the developer guide ("Order Feed Type Values"), which is no file of the specifications.
"""
import json
import re
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator, Draft7Validator

MODELS = ["orders_2026-01-01", "ordersV0", "listingsItems_2021-08-01", "feeds_2021-06-30", "finances_2024-06-19", "sellers"]
FLAT_COLUMNS = {
    "cancellation": ({"order-id", "cancellation-reason-code", "amazon-order-item-code"}, {"order-id", "cancellation-reason-code", "amazon-order-item-code"}),
    "adjustment": (
        {"order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj"},
        {"adjustment-reason-code", "currency", "gift-wrap-price-adj", "gift-wrap-tax-adj", "item-price-adj", "item-promotion-adj",
         "item-promotion-id", "item-tax-adj", "order-id", "order-item-id", "quantity-cancelled", "ship-promotion-adj", "ship-promotion-id",
         "shipping-price-adj", "shipping-tax-adj"},
    ),
}
CANCEL_REASONS = {
    "NoInventory", "ShippingAddressUndeliverable", "CustomerExchange", "BuyerCanceled", "GeneralAdjustment", "CarrierCreditDecision",
    "RiskAssessmentInformationNotValid", "CarrierCoverageFailure", "CustomerReturn", "MerchandiseNotReceived",
}
ADJUST_REASONS = {"NoInventory", "CustomerReturn", "GeneralAdjustment", "CouldNotShip", "DifferentItem"}
FEED_TYPES = {"JSON_LISTINGS_FEED", "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"}
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$")


class Model:
    """One Swagger file, with every object closed: a field that it does not name is an error."""

    def __init__(self, path):
        self.root = json.loads(path.read_text())
        self.definitions = {name: self.closed(schema) for name, schema in self.root["definitions"].items()}

    def closed(self, schema):
        if isinstance(schema, list):
            return [self.closed(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        if "allOf" in schema:
            whole = {"type": "object", "properties": {}, "required": []}
            for part in schema["allOf"]:
                part = self.root["definitions"][part["$ref"].split("/")[-1]] if "$ref" in part else part
                whole["properties"].update(part.get("properties", {}))
                whole["required"] += part.get("required", [])
            if not whole["required"]:
                del whole["required"]
            return self.closed(whole)
        out = {key: self.closed(value) for key, value in schema.items() if key not in ("example", "examples", "description")}
        if isinstance(schema.get("properties"), dict):
            out["properties"] = {name: self.closed(value) for name, value in schema["properties"].items()}
            out.setdefault("additionalProperties", False)
        return out

    def problems(self, schema, value):
        validator = Draft4Validator({**self.closed(schema), "definitions": self.definitions})
        return [f"{'/'.join(map(str, error.absolute_path)) or '.'}: {error.message[:200]}" for error in validator.iter_errors(value)]


class Contract:
    def __init__(self, folder):
        self.operations = []
        for name in MODELS:
            model = Model(folder / "models" / f"{name}.json")
            for path, methods in model.root["paths"].items():
                pattern = re.compile("^" + re.sub(r"\\\{[^}]*\\\}|\{[^}]*\}", "([^/]+)", path) + "$")
                shared = methods.get("parameters", [])
                for method, operation in methods.items():
                    if method != "parameters":
                        self.operations.append((method.upper(), pattern, operation, shared, model))
        schemas = folder / "schemas" / "feeds"
        self.feed = Draft7Validator(self.strict(json.loads((schemas / "listings-feed-schema-v2.json").read_text())))
        self.report = Draft7Validator(self.strict(json.loads((schemas / "listings-feed-processing-report-schema-v2.json").read_text())))
        self.announced = {}

    def strict(self, schema):
        if isinstance(schema, list):
            return [self.strict(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        out = {key: self.strict(value) for key, value in schema.items()}
        # Alternatives name a part of the fields each; only the object that lists them all is closed.
        if "properties" in schema and isinstance(schema["properties"], dict) and schema.get("type") == "object":
            out.setdefault("additionalProperties", False)
        return out

    def check(self, exchange):
        request, response = exchange["request"], exchange["response"]
        parts = urlsplit(request["url"])
        if exchange["kind"] != "call":
            return ["Amazon sends no webhooks"]
        if parts.path == "/auth/o2/token":
            return self.login(request, response)
        if parts.path.startswith("/feeds-documents/"):
            return self.storage(request, response)
        for method, pattern, operation, shared, model in self.operations:
            if method == request["method"] and pattern.match(parts.path):
                return self.call(request, response, parts, operation, shared, model)
        return [f"no operation {request['method']} {parts.path}"]

    def call(self, request, response, parts, operation, shared, model):
        name = operation["operationId"]
        found = []
        headers = {key.lower(): value for key, value in request["headers"]}
        if not headers.get("x-amz-access-token"):
            found.append("request: no x-amz-access-token")
        if not headers.get("user-agent"):
            found.append("request: no user-agent")
        parameters = [model.root["parameters"][p["$ref"].split("/")[-1]] if "$ref" in p else p for p in shared + operation.get("parameters", [])]
        query = parse_qsl(parts.query, keep_blank_values=True)
        known = {p["name"]: p for p in parameters if p["in"] == "query"}
        seen = set()
        for key, value in query:
            if key not in known:
                found.append(f"request: query {key} is not in {name}")
            elif key in seen:
                found.append(f"request: query {key} twice")
            else:
                found += [f"request: query {key}: {problem}" for problem in self.value(known[key], value)]
            seen.add(key)
        found += [f"request: query {key} is missing" for key, p in known.items() if p.get("required") and key not in seen]
        found += self.rules(name, dict(query))
        body = next((p for p in parameters if p["in"] == "body"), None)
        if body is not None:
            if not headers.get("content-type", "").startswith("application/json"):
                found.append("request: body without content-type application/json")
            try:
                found += [f"request: {problem}" for problem in model.problems(body["schema"], json.loads(request["body"]))]
            except ValueError:
                found.append("request: the body is no JSON")
        elif request["body"]:
            found.append("request: a body that the operation does not have")
        return found + self.answer(name, response, operation, model) + self.remember(name, request, response)

    def value(self, parameter, text):
        items = text.split(",") if parameter.get("type") == "array" else [text]
        kind = parameter.get("items", parameter) if parameter.get("type") == "array" else parameter
        out = []
        if len(items) > parameter.get("maxItems", 1 << 30) or len(items) < parameter.get("minItems", 0):
            out.append(f"{len(items)} values")
        for item in items:
            if "enum" in kind and item not in kind["enum"]:
                out.append(f"{item} is none of its values")
            if kind.get("type") == "integer":
                if not re.fullmatch(r"-?\d+", item) or not kind.get("minimum", -1 << 60) <= int(item) <= kind.get("maximum", 1 << 60):
                    out.append(f"{item} is not in range")
            if kind.get("type") == "boolean" and item not in ("true", "false"):
                out.append(f"{item} is no boolean")
            if kind.get("format") == "date-time" and not TIME.match(item):
                out.append(f"{item} is no time")
            if item == "" and kind.get("type") == "string" and parameter["name"] in ("marketplaceIds", "identifiers"):
                out.append("empty")
        return out

    def rules(self, name, query):
        """What the models say in words only."""
        out = []
        if name == "searchOrders":
            if ("createdAfter" in query) == ("lastUpdatedAfter" in query):
                out.append("request: exactly one of createdAfter and lastUpdatedAfter")
            if not 1 <= int(query.get("maxResultsPerPage", "100")) <= 100:
                out.append("request: maxResultsPerPage is 1 to 100")
        if name == "searchListingsItems" and ("identifiers" in query) != ("identifiersType" in query):
            out.append("request: identifiers and identifiersType go together")
        if name == "listTransactions" and "postedAfter" not in query and "relatedIdentifierName" not in query:
            out.append("request: postedAfter is required without a related identifier")
        if name == "getFeeds" and "feedTypes" not in query and "nextToken" not in query:
            out.append("request: either feedTypes or nextToken is required")
        return out

    def answer(self, name, response, operation, model):
        status = str(response["status"])
        if status not in operation["responses"]:
            return [f"answer: {name} never answers {status}"]
        headers = {key.lower() for key, _ in response["headers"]}
        found = [] if "x-amzn-requestid" in headers else ["answer: no x-amzn-RequestId"]
        schema = operation["responses"][status].get("schema")
        if schema is None:
            return found + (["answer: a body where there is none"] if response["body"] else [])
        try:
            return found + [f"answer: {problem}" for problem in model.problems(schema, json.loads(response["body"]))]
        except ValueError:
            return found + ["answer: the body is no JSON"]

    def remember(self, name, request, response):
        if name == "createFeedDocument" and response["status"] == 201:
            url = json.loads(response["body"])["url"]
            self.announced.setdefault(url, set()).add(json.loads(request["body"])["contentType"])
        if name == "createFeed":
            kind = json.loads(request["body"]).get("feedType")
            return [] if kind in FEED_TYPES else [f"request: feed type {kind}"]
        if name == "confirmShipment":
            detail = json.loads(request["body"]).get("packageDetail", {})
            out = [] if re.fullmatch(r"[1-9]\d*", detail.get("packageReferenceId", "")) else ["request: packageReferenceId is no positive number"]
            if detail.get("carrierCode") == "Other" and not detail.get("carrierName"):
                out.append("request: carrierName is required for Other")
            return out + ([] if TIME.match(detail.get("shipDate", "")) else ["request: shipDate is no time"])
        return []

    def login(self, request, response):
        """RFC 6749, section 6, as Login with Amazon documents it."""
        form = dict(parse_qsl(request["body"]))
        headers = {key.lower(): value for key, value in request["headers"]}
        found = []
        if request["method"] != "POST" or not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            found.append("request: a token is asked for by a posted form")
        if set(form) != {"grant_type", "refresh_token", "client_id", "client_secret"} or form.get("grant_type") != "refresh_token":
            found.append(f"request: the form's fields {sorted(form)}")
        body = json.loads(response["body"])
        needed = {"access_token", "token_type", "expires_in"} if response["status"] == 200 else {"error", "error_description"}
        return found + [f"answer: {field} is missing" for field in sorted(needed - set(body))]

    def storage(self, request, response):
        headers = {key.lower(): value for key, value in request["headers"]}
        if "x-amz-access-token" in headers:
            return ["request: the access token is shown to the storage"]
        if request["method"] == "PUT":
            kinds = self.announced.get(request["url"], set())
            if headers.get("content-type") not in kinds:
                return [f"request: put as {headers.get('content-type')}, announced as {sorted(kinds)}"]
            if headers["content-type"].startswith("application/json"):
                return [f"request: feed {'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in self.feed.iter_errors(json.loads(request["body"]))]
            return [f"request: {problem}" for problem in self.flat(request["body"])]
        if response["status"] != 200:
            return []
        if response["body"].startswith("{"):
            return [f"answer: report {'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in self.report.iter_errors(json.loads(response["body"]))]
        return [] if response["body"].startswith("Feed Processing Summary:") else ["answer: no processing report"]

    def flat(self, text):
        rows = [line.split("\t") for line in text.splitlines() if line]
        kind = "adjustment"
        if rows and rows[0][0].startswith("TemplateType="):
            if rows.pop(0)[0] != "TemplateType=OrderCancellation":
                return ["unknown template"]
            kind = "cancellation"
        if not rows:
            return ["no columns"]
        columns, (required, known) = rows[0], FLAT_COLUMNS[kind]
        out = [f"column {name} is unknown" for name in columns if name not in known] + [f"column {name} is missing" for name in required - set(columns)]
        for row in rows[1:]:
            if len(row) != len(columns):
                out.append("a row of another length")
                continue
            cells = dict(zip(columns, row))
            if not re.fullmatch(r"\d{3}-\d{7}-\d{7}", cells.get("order-id", "")):
                out.append("order-id is not in 3-7-7 form")
            if kind == "cancellation" and cells["cancellation-reason-code"] not in CANCEL_REASONS:
                out.append(f"reason {cells['cancellation-reason-code']}")
            if kind == "adjustment":
                if cells["adjustment-reason-code"] not in ADJUST_REASONS:
                    out.append(f"reason {cells['adjustment-reason-code']}")
                out += [f"{name} {cell}" for name, cell in cells.items() if name.endswith("-adj") and not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
        return out


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    contract = Contract(Path(sys.argv[2]) / "amazon")
    passed = failed = 0
    with open(sys.argv[1]) as lines:
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
