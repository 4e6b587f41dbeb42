# SPDX-License-Identifier: Apache-2.0
"""Stands between the shops and the hub and writes down which messages the hub acknowledged.

The key of each message is made as docs/channels.md says: Shopify's delivery id; WooCommerce's topic, resource id and body.
"""
import hashlib
import http.client
import http.server
import json
import threading


class Relay:
    def __init__(self, port, hub_port):
        self.acknowledged = {1: set(), 2: set()}
        self.orders = {1: set(), 2: set()}
        self.refused = 0
        self.lock = threading.Lock()
        self.lines = threading.local()
        self.hub_port = hub_port
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = relay.forward(self.path, body, dict(self.headers.items()))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                """A shop that hung up has no answer: it does not count as acknowledged, though the hub may have kept the message."""

        self.server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, path, body, headers):
        line = getattr(self.lines, "line", None) or http.client.HTTPConnection("127.0.0.1", self.hub_port, timeout=10)
        self.lines.line = line
        try:
            line.request("POST", path, body=body, headers=headers)
            answer = line.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            line.close()
            status = 502
        self.note(path, body, {name.lower(): value for name, value in headers.items()}, status)
        return status

    def note(self, path, body, headers, status):
        account = int(path.rsplit("/", 1)[1])
        if not 200 <= status < 300:
            with self.lock:
                self.refused += 1
            return
        topic = headers.get("x-shopify-topic") or headers.get("x-wc-webhook-topic")
        if topic is None:
            return
        said = json.loads(body)
        key = headers.get("x-shopify-webhook-id") or f"{topic}:{said.get('id', '')}:{hashlib.sha256(body).hexdigest()}"
        with self.lock:
            self.acknowledged[account].add(key)
            if topic in ("orders/create", "orders/paid", "orders/updated", "order.created", "order.updated"):
                self.orders[account].add(str(said["id"]))

    def snapshot(self):
        with self.lock:
            return {account: set(keys) for account, keys in self.acknowledged.items()}

    def acknowledged_orders(self):
        with self.lock:
            return {(account, order) for account, orders in self.orders.items() for order in orders}

    def end(self):
        self.server.shutdown()
        self.server.server_close()
