# SPDX-License-Identifier: Apache-2.0
"""What recorded answers look like: learned from samples, then held against others."""

DYNAMIC = {("setting", "options"), ("error", "data", "params"), ("error", "data", "details"), ("error", "data", "error")}


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]


class Shapes:
    """Per resource and path: the types that were seen, and the fields that every full sample has."""

    def __init__(self):
        self.types, self.always = {}, {}

    def learn(self, path, value):
        self.types.setdefault(path, set()).add(kind(value))
        if isinstance(value, dict):
            keys = set(value)
            self.always[path] = self.always.get(path, keys) & keys
            for name, member in value.items():
                self.learn(path + (name,), member)
        elif isinstance(value, list):
            for member in value:
                self.learn(path + ("[]",), member)

    def check(self, path, value, partial=False):
        if path in DYNAMIC:
            return
        known = self.types.get(path)
        if known is None:
            yield f"{'.'.join(path)} is not a field of WooCommerce"
            return
        # Text and numbers stand for one another in ids and settings; null and an empty list stand for "nothing".
        if kind(value) not in known and value is not None and value != []:
            yield f"{'.'.join(path)} is {kind(value)}, not {' or '.join(sorted(known))}"
            return
        if isinstance(value, dict):
            if not partial:
                for name in sorted(self.always.get(path, set()) - set(value)):
                    yield f"{'.'.join(path)}.{name} is missing"
            for name, member in value.items():
                if path[-2:] == ("meta_data", "[]") and name == "value":
                    continue
                yield from self.check(path + (name,), member)
        elif isinstance(value, list):
            for member in value:
                yield from self.check(path + ("[]",), member)
