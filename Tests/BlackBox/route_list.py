# SPDX-License-Identifier: Apache-2.0
"""Every route of the program and every field it looks at, read from the sources, so that what is added later is tested without being named here."""
import pathlib
import re

from harness import check

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources"
_ROUTE = re.compile(r'\.(get|post|put|patch|delete)\(\s*"(/[^"]*)"(?:\s*,\s*\.(\w+))?')
_QUERY = re.compile(r'query\["([\w-]+)"\]')
_FORM = re.compile(r'(?:form|form\.values)(?:\[|\.has\()"([^"]+)"')
_JSON = re.compile(r'(\w+)\["(\w+)"\]')
_TAG = re.compile(r'<([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)')
_ATTRIBUTE = re.compile(r"[\s}]([a-zA-Z][\w:-]*)")


class Route:
    def __init__(self, method, path, access, file):
        self.method, self.path, self.access, self.file = method.upper(), path, access or "person", file
        self.parameters = re.findall(r"\{(\w+)\}", path)
        self.pattern = re.compile("/".join("[^/?]+" if part.startswith("{") else re.escape(part) for part in path.split("/")) + "$")

    def __str__(self):
        return f"{self.method} {self.path}"

    def filled(self, values):
        """The address with the values in the places of its parameters, as they are."""
        return re.sub(r"\{(\w+)\}", lambda place: values[place.group(1)], self.path)


def _texts(folder, ending):
    return [(path, path.read_text()) for path in sorted((SOURCES / folder).rglob(f"*{ending}"))]


def routes():
    texts = _texts("Web", ".swift") + _texts("Webhooks", ".swift")
    found = [Route(*match.groups(), path.name) for path, text in texts for match in _ROUTE.finditer(text)]
    check(len(found) > 30, f"only {len(found)} routes are found in {SOURCES}: they are written in another way now")
    return found


def query_fields():
    text = "".join(text for _, text in _texts("Web", ".swift"))
    lists = re.findall(r"static let names = \[([^\]]*)\]", text)
    return sorted(set(_QUERY.findall(text)) | {name for names in lists for name in re.findall(r'"([\w-]+)"', names)})


def form_fields():
    """The fields that forms have; a numbered one by its first."""
    text = "".join(text for _, text in _texts("Web", ".swift"))
    return sorted({re.sub(r"\\\([^)]*\)", "0", name) for name in _FORM.findall(text)})


def json_fields(file):
    """Place and name of each JSON field: in the object itself, or in an object or list of objects that it holds."""
    text = next(text for path, text in _texts("Web", ".swift") if path.name == file)
    top = {name for holder, name in _JSON.findall(text) if holder == "json"}
    out = [(None, name) for name in sorted(top)]
    for holder, name in sorted(set(_JSON.findall(text))):
        out += [(place, name) for place in (holder, holder + "s") if place in top]
    return out


def vocabulary():
    """The elements that pages are made of, and their attributes."""
    texts = [text for _, text in _texts("Web", ".mustache")] + [text.replace('\\"', '"') for _, text in _texts("Web", ".swift") if "<svg" in text]
    tags = [tag for text in texts for tag in _TAG.findall(text)]
    attributes = {name.lower() for _, rest in tags for name in _ATTRIBUTE.findall(re.sub(r'"[^"]*"', " ", rest))}
    return {name.lower() for name, _ in tags}, attributes
