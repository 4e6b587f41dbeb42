# SPDX-License-Identifier: Apache-2.0
"""A person at the console, by its forms."""
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

from harness import check


class Console:
    def __init__(self, hub):
        self.address = f"http://127.0.0.1:{hub.port}"
        self.web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.send("/sign-in", "/sign-in", email=hub.EMAIL, password=hub.PASSWORD)

    @property
    def cookie(self):
        """What a browser would send: for requests that are made by hand."""
        jar = next(handler.cookiejar for handler in self.web.handlers if hasattr(handler, "cookiejar"))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)

    @property
    def form_key(self):
        return re.search(r'name="form-key" value="([^"]+)"', self.get("/")[1]).group(1)

    def get(self, path):
        """Where it led to, and the page."""
        with self.web.open(self.address + path, timeout=20) as answer:
            return answer.geturl(), answer.read().decode()

    def send(self, page, action, **fields):
        """Fills in a form of a page and sends it."""
        key = re.search(r'name="form-key" value="([^"]+)"', self.get(page)[1])
        check(key, f"{page} has no form")
        form = urllib.parse.urlencode({"form-key": key.group(1), **fields}).encode()
        with self.web.open(self.address + action, form, timeout=20) as answer:
            return answer.geturl(), answer.read().decode()
