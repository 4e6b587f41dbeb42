# SPDX-License-Identifier: Apache-2.0
"""What a person could fill in on a page, and where it leads."""
import html.parser


class Forms(html.parser.HTMLParser):
    """The forms of a page: where each leads, and what its fields hold."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.links, self.select, self.is_open = [], [], None, False
        self.feed(page)

    def handle_starttag(self, name, attributes):
        values = dict(attributes)
        if name == "a":
            self.links.append(values.get("href") or "")
        elif name == "form":
            self.is_open = (values.get("method") or "").lower() == "post"
            if self.is_open:
                self.forms.append((values.get("action") or "", {}))
        elif self.is_open and name == "select" and values.get("name"):
            self.select = values["name"]
        elif self.is_open and name == "option" and self.select:
            self.forms[-1][1].setdefault(self.select, values.get("value") or "")
        elif self.is_open and name in ("input", "textarea") and values.get("name") and values.get("type") != "checkbox":
            self.forms[-1][1][values["name"]] = values.get("value") or ""

    def handle_endtag(self, name):
        if name == "select":
            self.select = None
        elif name == "form":
            self.is_open = False
