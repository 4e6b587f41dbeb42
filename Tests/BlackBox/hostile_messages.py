# SPDX-License-Identifier: Apache-2.0
"""Messages that a shop signed and that hold hostile text wherever text can be: what a buyer typed, what an article is called."""
import json

import messages


def shopify_order(number, say):
    """`say(field)` is the text for a field."""
    to = {name: say(name) for name in ["name", "company", "address1", "address2", "city", "zip", "province", "country_code", "phone"]}
    parcel = {"id": number * 10 + 1, "created_at": "2026-01-06T10:00:00Z", "status": say("status"), "line_items": [], "tracking_company": say("carrier"),
              "tracking_numbers": [say("parcel"), say("parcel")], "tracking_urls": [say("link"), "https://" + say("link")]}
    order = json.loads(messages.shopify_order(number))
    order["line_items"][0].update(sku=say("sku"), title=say("title"), variant_title=say("option"))
    return json.dumps({**order, "name": say("reference"), "note": say("note"), "email": say("email"), "phone": say("phone"), "shipping_address": to,
                       "customer": {"id": number, "first_name": say("first name"), "last_name": say("last name")}, "fulfillments": [parcel]}).encode()


def shopify_product(number, say):
    variants = [{"id": number * 10 + place, "inventory_item_id": number * 100 + place, "sku": say("sku"), "barcode": say("barcode"), "option1": say("option"),
                 "inventory_management": "shopify", "inventory_quantity": 50, "updated_at": "2026-01-06T10:00:00Z"} for place in range(2)]
    product = {"id": number, "title": say("title"), "status": "active", "options": [{"name": say("option name")}], "variants": variants}
    return json.dumps(product).encode()


def woocommerce_order(number, say):
    names = ["first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country", "email", "phone"]
    order = json.loads(messages.woocommerce_order(number))
    order["line_items"][0].update(name=say("title"), sku=say("sku"))
    return json.dumps({**order, "number": say("reference"), "customer_note": say("note"), "billing": {name: say(f"billing {name}") for name in names},
                       "shipping": {name: say(name) for name in names}}).encode()


KINDS = [(1, "orders/create", shopify_order), (1, "products/create", shopify_product), (2, "order.created", woocommerce_order)]
