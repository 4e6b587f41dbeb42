# SPDX-License-Identifier: Apache-2.0
"""Messages as the shops sign them, made by us."""
import base64
import hashlib
import hmac
import html
import itertools
import json

_numbers = itertools.count(1)


def _signature(secret, body):
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def shopify(settings, body, topic="orders/create"):
    return {"Content-Type": "application/json", "X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": f"blackbox-{next(_numbers)}",
            "X-Shopify-Hmac-SHA256": _signature(settings["webhookSecret"], body)}


def woocommerce(settings, body, topic="order.created"):
    """WooCommerce signs with its secret as a page would show it: entities such as &amp; are resolved first."""
    return {"Content-Type": "application/json", "X-WC-Webhook-Topic": topic, "X-WC-Webhook-ID": "1",
            "X-WC-Webhook-Signature": _signature(html.unescape(settings["webhookSecret"]), body)}


def shopify_order(number, quantity=1, currency="GBP", sku="ART-1", title="Article 1", **more):
    line = {"id": number * 10, "variant_id": None, "sku": sku, "title": title, "quantity": quantity, "price": "2.50", "tax_lines": []}
    order = {"id": number, "name": f"#{number}", "created_at": "2026-01-05T10:00:00Z", "updated_at": "2026-01-05T10:00:00Z", "cancelled_at": None,
             "currency": currency, "financial_status": "paid", "taxes_included": False, "total_price": "2.50", "line_items": [line],
             "shipping_lines": [], "refunds": [], "fulfillments": [], **more}
    return json.dumps(order).encode()


def woocommerce_order(number, quantity=1, currency="GBP", sku="ART-1"):
    line = {"id": number * 10, "name": "Article", "product_id": 0, "variation_id": 0, "quantity": quantity, "sku": sku, "price": 2.5,
            "subtotal": "2.50", "subtotal_tax": "0.00", "total": "2.50", "total_tax": "0.00", "taxes": []}
    order = {"id": number, "number": str(number), "status": "processing", "currency": currency, "date_created_gmt": "2026-01-05T10:00:00",
             "date_modified_gmt": "2026-01-05T10:00:00", "date_paid_gmt": "2026-01-05T10:00:00", "total": "2.50", "shipping_total": "0.00",
             "shipping_tax": "0.00", "line_items": [line], "shipping_lines": [], "fee_lines": [], "refunds": []}
    return json.dumps(order).encode()
