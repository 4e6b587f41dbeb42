# SPDX-License-Identifier: Apache-2.0
"""Hostile texts: those of the public lists in TRIBUTARY_DATASETS, and our own, which hit where Swift's texts differ from bytes."""
import gzip
import json
import os
import pathlib

# A mark that joins with what is before it: for Swift, a quote with an accent is another character than a quote; for a browser it is a quote.
JOINING = ["\u0301", "\u200d", "\ufe0f", "\u0e33", "\U0001f3fb"]


def joined():
    """Quotes, brackets and ampersands that a comparison of whole characters does not see."""
    for mark in JOINING:
        yield f'x"{mark} onfocus=alert(1) autofocus x="{mark}'
        yield f"x'{mark} onfocus=alert(1) x='{mark}"
        yield f"x<{mark}script{mark}>alert(1)<{mark}/script{mark}>"
        yield f"x&{mark}lt;b>"
        yield f'x"{mark},=1+1'


OURS = [
    # A table's formulas.
    "=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", " =1", "\uff1d1", "=HYPERLINK(\"http://x\",\"y\")", "x\"\r\n=1+1,\"", "x;=1",
    # What is not seen, joins, folds or cannot stand alone.
    "\u202egnp.exe", "\ufeff", "\u2028\u2029", "\u0085", "\u00a0", "a\u0301", "\u1e9e\u0130\u0131", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\uffff", "\ufffe",
    "\x01\x02\x1b[31m", "\x7f", "a\0b", "\u0661\u0662\u0663", "\uff11", "\u0301" * 500, "x" * 3_000,
    # Escapes of one kind in the place of another.
    "a\r\nSet-Cookie: x=y", "%0d%0aX: y", "%00", "%", "%zz", "+", "&", "&amp;", "&lt;b&gt;", "&#60;b&#62;", "&#x3c;b", "{{title}}", "{{{main}}}", "{{>Layout}}",
    "\\u003cscript\\u003e", "\\", "\\\\", "\\\"", "</title><b>", "</textarea><b>", "--><b>", "]]><b>",
    # Addresses.
    "../../etc/passwd", "..%2f..%2f", "//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)//", "JaVaScRiPt:alert(1)//",
    "java\tscript:alert(1)//", "data:text/html,<script>alert(1)</script>", "https://x\" onclick=alert(1) \"", "https://x/<b>",
    # Numbers.
    "9" * 400, "-9223372036854775808", "9223372036854775808", "1e308", "NaN", "0x10",
    # Searches.
    "'; DROP TABLE orders; --", "%' OR '1'='1", "_", "*", "\" OR \"\"=\"", "NEAR(", "AND", "\"unclosed",
]


def public():
    """The public lists, each text once; None when they are not there."""
    folder = pathlib.Path(os.environ.get("TRIBUTARY_DATASETS") or "/nowhere") / "hostile-input"
    if not folder.is_dir():
        return None
    texts = json.loads((folder / "blns.json").read_text())
    texts += gzip.decompress((folder / "xss-payload-list.txt.gz").read_bytes()).decode(errors="replace").splitlines()
    for path in sorted((folder / "sqli").glob("*.txt")):
        texts += path.read_text(errors="replace").splitlines()
    return list(dict.fromkeys(texts))
