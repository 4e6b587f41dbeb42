# SPDX-License-Identifier: Apache-2.0
"""What stands at the shops themselves, asked of them as an owner would: the hub's own word is not taken for it."""
import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from harness import until

_GRAPHQL = "/admin/api/2026-07/graphql.json"


def _call(make):
    """The answer; a shop that is asked too often is asked again. `make` makes the request anew, as a signature is good for once."""
    def answer():
        try:
            with urllib.request.urlopen(make(), timeout=20) as answer:
                return [json.loads(answer.read())]
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            return None
    return until(60, "the shop answers", answer)[0]


class WooCommerce:
    def __init__(self, settings, ahead):
        self.settings, self.ahead = settings, ahead

    def call(self, method, path, query=None, body=None):
        """One call signed with OAuth 1.0a, as WooCommerce wants it on plain HTTP."""
        return _call(lambda: self._request(method, path, query, body))

    def _request(self, method, path, query, body):
        address = f"{self.settings['address']}/wp-json/wc/v3/{path}"
        pairs = {**(query or {}), "oauth_consumer_key": self.settings["consumerKey"], "oauth_nonce": uuid.uuid4().hex,
                 "oauth_signature_method": "HMAC-SHA256", "oauth_timestamp": str(int(time.time()) + self.ahead())}

        def quote(text):
            return urllib.parse.quote(text, safe="-._~")
        parameters = "&".join(f"{quote(name)}={quote(pairs[name])}" for name in sorted(pairs))
        base = f"{method}&{quote(address)}&{quote(parameters)}"
        key = (self.settings["consumerSecret"] + "&").encode()
        pairs["oauth_signature"] = base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode()
        whole = f"{address}?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs.items())
        return urllib.request.Request(whole, data=json.dumps(body).encode() if body is not None else None, method=method,
                                      headers={"Content-Type": "application/json"})

    def place(self, sku):
        """A paid order of one unit; its id."""
        return str(self.call("POST", "orders", body={"set_paid": True, "line_items": [{"sku": sku, "quantity": 1}]})["id"])

    def order(self, external):
        """How often the order was shipped, refunded and cancelled there."""
        order = self.call("GET", f"orders/{external}")
        parcels = [len(meta["value"]) for meta in order["meta_data"] if meta["key"] == "_tributary_shipments"]
        return {"ship": sum(parcels), "refund": len(order["refunds"]), "cancel": int(order["status"] == "cancelled")}

    def told(self, external, tracking):
        """How many notes told the buyer of this parcel."""
        return sum(tracking in note["note"] for note in self.call("GET", f"orders/{external}/notes", {"type": "customer"}))

    def shown(self):
        """What stands there of each simple article."""
        return {each["sku"]: each["stock_quantity"] for each in self.call("GET", "products", {"per_page": "100"}) if each["type"] == "simple"}


class Shopify:
    def __init__(self, settings, ahead):
        self.settings, self.ahead, self.token = settings, ahead, None

    def call(self, query, **variables):
        if self.token is None:
            form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": self.settings["clientID"],
                                           "client_secret": self.settings["clientSecret"]}).encode()
            self.token = _call(lambda: urllib.request.Request(self.settings["address"] + "/admin/oauth/access_token", data=form))["access_token"]
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": self.token}

        def answer():
            answer = _call(lambda: urllib.request.Request(self.settings["address"] + _GRAPHQL, data=body, headers=headers))
            if answer.get("errors") and answer["errors"][0].get("extensions", {}).get("code") == "THROTTLED":
                return None
            if "data" not in answer or answer.get("errors"):
                raise ValueError(f"Shopify's twin answered {answer}")
            return answer["data"]
        return until(60, "Shopify has points left to answer", answer)

    def order(self, external):
        data = self.call("query Q($id: ID!) { order(id: $id) { cancelledAt refunds { id } fulfillments { id status } } }",
                         id=f"gid://shopify/Order/{external}")["order"]
        return {"ship": sum(each["status"] != "CANCELLED" for each in data["fulfillments"]), "refund": len(data["refunds"]),
                "cancel": int(data["cancelledAt"] is not None)}

    def told(self, external, tracking):
        """Shopify tells the buyer itself, once for each parcel."""
        return self.order(external)["ship"]

    def shown(self):
        place = self.call("query Q { location { id } }")["location"]["id"]
        nodes = self.call("query Q($place: ID!) { productVariants(first: 250) { nodes { sku inventoryItem { inventoryLevel(locationId: $place) "
                          "{ quantities(names: [\"available\"]) { quantity } } } } } }", place=place)["productVariants"]["nodes"]
        return {node["sku"]: node["inventoryItem"]["inventoryLevel"]["quantities"][0]["quantity"] for node in nodes}
