# SPDX-License-Identifier: Apache-2.0
"""Whether text stayed text on a page. Each planted text ends in a token that is nowhere else: wherever the token stands, all of the text has to stand
before it, in one piece of text or one attribute, or it was taken for markup."""
import html.parser
import re
import string
import urllib.parse

TOKEN = re.compile(r"zq[0-9a-f]+qz", re.IGNORECASE)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
# The hub folds the letters of ASCII and no others.
_CAPITALS = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"}
# Where a page may lead: to ourselves, or over HTTPS to where a parcel is.
_OURS = re.compile(r"(/(?![/\\])|#|https://|\?|$)")


def token(number):
    return f"zq{number:x}qz"


class Planted:
    """What was planted, by its token."""

    def __init__(self):
        self.texts = {}

    def plant(self, text):
        """The text with a token of its own behind it."""
        mark = token(len(self.texts) + 1)
        self.texts[mark] = text
        return text + mark

    def came_back(self, held, mark):
        """Whether all of the text stands before its token: as it was, without white space at its beginning, as WordPress decodes it, or in capitals as
        article numbers are compared."""
        text = self.texts.get(mark.lower())
        if text is None:
            return False
        forms = {text, text.lstrip(), text.lstrip().lstrip("\0"), html.unescape(text), html.unescape(text).lstrip()}
        views = [held, urllib.parse.unquote(held), urllib.parse.unquote(urllib.parse.unquote(held)), urllib.parse.unquote_plus(held)]
        return any(form + mark in view or (form + mark).translate(_CAPITALS) in view for form in forms for view in views)


class _Reader(html.parser.HTMLParser):
    def __init__(self, vocabulary):
        super().__init__(convert_charrefs=True)
        self.elements, self.attributes = vocabulary
        self.pieces, self.problems, self.holder = [], [], None

    def handle_starttag(self, name, attributes):
        self.holder = name
        if name not in self.elements:
            self.problems.append(f"the element <{name[:60]}> is not ours")
        if name == "script" and not (dict(attributes).get("src") or "").startswith("/assets/"):
            self.problems.append(f"a script that is not ours: {attributes}")
        for key, value in attributes:
            self.pieces.append(value or "")
            if key not in self.attributes:
                self.problems.append(f"the attribute {key[:60]!r} of <{name}> is not ours")
            if key in _ADDRESSES and value is not None and not _OURS.match(value):
                self.problems.append(f"{key} leads to {value[:80]!r}")

    handle_startendtag = handle_starttag

    def handle_data(self, text):
        self.pieces.append(text)
        if self.holder in ("script", "style") and text.strip():
            self.problems.append(f"<{self.holder}> holds {text[:80]!r}")

    def handle_endtag(self, name):
        self.holder = None


def is_plain(page, planted):
    """Quick: every token has its text before it, escaped as pages escape. Says nothing when that is not so."""
    for match in TOKEN.finditer(page):
        text = planted.texts.get(match.group().lower())
        if text is None or not page.endswith(text.translate(_ESCAPES), 0, match.start()):
            return False
    return True


def problems(page, planted, vocabulary):
    """What on the page is not as the templates have it, and which planted texts are not whole."""
    reader = _Reader(vocabulary)
    try:
        reader.feed(page)
        reader.close()
    except AssertionError as trouble:
        return [f"no page that can be read: {trouble}"]
    found = list(reader.problems)
    seen = 0
    for piece in reader.pieces:
        for match in TOKEN.finditer(piece):
            seen += 1
            if not planted.came_back(piece, match.group()):
                found.append(f"{planted.texts.get(match.group().lower())!r} became {piece[max(0, match.start() - 80):match.end()]!r}")
    total = len(TOKEN.findall(page))
    if seen != total:
        found.append(f"{total - seen} of {total} planted texts are neither text nor an attribute's value")
    return found
