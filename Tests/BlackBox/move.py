# SPDX-License-Identifier: Apache-2.0
"""The same business on both engines ends in the same state, and a shop that is carried from one to the other stays what it is."""
import json

import invoices
from harness import Folder, check, run, succeed
from postgres import Server
from replay import comes_to, replay


def refused(words, *expected):
    done = run(*words)
    check(done.returncode == 1, f"'{' '.join(map(str, words))}' ended with {done.returncode}: {done.stderr[-300:]}")
    for word in expected:
        check(word in done.stderr, f"'{words[0]}' says '{done.stderr.strip()[-300:]}' and nothing of '{word}'")


def part():
    with Folder() as folder, Server() as server:
        file = folder / "invoices.csv"
        invoices.make(file, seed=11)
        expected = invoices.Expected(file)
        of_file = replay(folder, "of-file", "--orders", file)
        of_server = replay(folder, "of-server", "--orders", file, database=server.database("replayed"))
        comes_to(of_server, expected, "on PostgreSQL")
        check(of_server["stateHash"] == of_file["stateHash"], "the engines end in different states")
        source, moved = f"sqlite:{folder}/of-file.sqlite", server.database("moved")
        said = succeed("move", "--from", source, "--to", moved, seconds=120)
        check(of_file["stateHash"][:16] in said, f"the state is another one: {said}")
        check(server.ask("moved", "SELECT COUNT(*) FROM orders") == str(of_file["orders"]), "orders are missing")
        refused(["move", "--from", source, "--to", moved], "no new database", "orders")
        refused(["move", "--from", f"sqlite:{folder}/nothing.sqlite", "--to", moved], "There is no database")
        back = f"sqlite:{folder}/back.sqlite"
        said = succeed("move", "--from", moved, "--to", back, seconds=120)
        check(of_file["stateHash"][:16] in said, f"on the way back the state became another one: {said}")
        check(json.loads(succeed("audit", "--json", "--database", back)) == {"violations": []}, "what came back is not whole")
    unsafe()


def unsafe():
    """A server that may lose what it acknowledged is refused by its setting's name, and no password is said."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        with Server(f"{setting}=off") as server:
            address = server.database("shop").replace("tributary@", "tributary:s3cret-word@")
            refused(["migrate", "--database", address], f"{setting} = off", "--accept-unsafe-database")
            check("s3cret" not in run("migrate", "--database", address).stderr, "the password is said")
            succeed("migrate", "--database", address, "--accept-unsafe-database")
            succeed("migrate", "--database", address, env={"TRIBUTARY_ACCEPT_UNSAFE_DATABASE": "yes"})
    done = run("migrate", "--database", "postgres://hub:s3cret-word@/?nonsense=1")
    check(done.returncode == 64 and "s3cret" not in done.stderr, f"a bad address ended with {done.returncode}: {done.stderr[-300:]}")
