# SPDX-License-Identifier: Apache-2.0
"""Every text that the hub keeps or says, one by one."""
import sqlite3

import markup


def strings(value):
    """Every text in a JSON value, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def everything_kept(hub):
    """Every text in every table but the messages as they came."""
    database = sqlite3.connect(f"file:{hub.path}?mode=ro", uri=True, timeout=10)
    try:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'inbox'").fetchall():
            database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, str) and markup.TOKEN.search(value):
                        yield value
    finally:
        database.close()
