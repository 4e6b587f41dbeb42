# SPDX-License-Identifier: Apache-2.0
"""The command line as a person and as a program meet it."""
import json
import re
import socket
import sqlite3
import threading

from harness import BINARY, CHANNELS, Folder, Hub, Twins, ask, check, end, free_ports, run, start, succeed, until

COMMANDS = ["", "demo", "serve", "migrate", "audit", "twins", "channel", "channel list", "channel add", "channel test", "channel sync",
            "user", "user add", "user list", "user password"]
# A word of the program's own tongue: a message's key, a type's name, an error's case.
RAW = re.compile(r"refusal\.|Refusal\(|SaidRefusal|StorageFailure|ChannelFailure|database\.bad|Swift\.|NSError|Error Domain|errno|Fatal error|\(\w+: ")
WRONG_USE, REFUSED = 64, 1


def helps():
    for command in COMMANDS:
        out = succeed(*command.split(), "--help")
        abstract = re.match(r"OVERVIEW: (\S.{8,}\.)", " ".join(out.split("USAGE")[0].split()))
        check(abstract, f"'{command} --help' has no abstract: {out[:80]!r}")
        check("USAGE: tributary" in out, f"'{command} --help' shows no usage")
        bare = [line for line in out.splitlines() if re.fullmatch(r"  -\S+( <\S+>)?|  <\S+>", line) and "help" not in line and "version" not in line]
        following = [out.splitlines()[out.splitlines().index(line) + 1] for line in bare]
        check(all(line.startswith("   ") for line in following), f"'{command} --help' has an option without a word about it: {bare}")
    check(re.fullmatch(r"\d+\.\d+\.\d+\n", succeed("--version")), "--version prints no version")


def says(what, words, code, *fragments, **more):
    """The command ends with that code and says why, in a sentence that names what was wrong."""
    done = run(*words, **more)
    said = done.stderr + done.stdout
    check(done.returncode == code, f"{what}: exit code {done.returncode} instead of {code}: {said[-400:]}")
    first = next((line for line in said.splitlines() if line.startswith("Error: ")), "")
    check(first, f"{what} says no error: {said[-300:]!r}")
    check(not RAW.search(first), f"{what} speaks in the program's own tongue: {first}")
    check(re.search(r"[.?:'>]$|…$|See: tributary .+$", first) and len(first) > 20, f"{what} says no sentence: {first}")
    for fragment in fragments:
        check(fragment in said, f"{what} does not say '{fragment}': {said[-300:]}")


def wrong_use(folder):
    database = ["--database", f"sqlite:{folder / 'wrong.sqlite'}"]
    for what, words, *fragments in [
        ("an unknown command", ["sevre"], "sevre"), ("an unknown option", ["serve", "--lisen", "x"], "--lisen"),
        ("a listening address without a port", ["serve", *database, "--listen", "here"], "HOST:PORT"),
        ("a port out of range", ["serve", *database, "--listen", "127.0.0.1:70000"], "HOST:PORT"),
        ("a speed", ["demo", *database, "--speed", "fast"], "max"), ("a negative speed", ["demo", *database, "--speed", "-1"]),
        ("a count", ["demo", *database, "--duplicate", "5..1"], "1..5"), ("a span", ["demo", *database, "--shuffle", "soon"], "1h"),
        ("a share", ["demo", *database, "--lose", "101%"], "5%"), ("days", ["demo", *database, "--days", "99999999999999"], "days"),
        ("a port for the shops", ["demo", *database, "--twin-port", "65535"], "port"), ("a twins' port", ["twins", "--port", "0"], "port"),
        ("a rate", ["twins", "--rate", "nan"], "rate"), ("no channel", ["channel", "add", *database], "channel"),
        ("a setting without a value", ["channel", "add", "shopify", "Shop", *database, "--set", "address"], "NAME=VALUE"),
        ("an account that is no number", ["channel", "test", "one", *database], "one"),
        ("another engine", ["audit", "--database", "mysql://x"], "sqlite:"), ("an empty address", ["migrate", "--database", "sqlite:"], "sqlite:"),
        ("a log level", ["audit", *database, "--log-level", "loud"], "notice"),
    ]:
        says(what, words, WRONG_USE, *fragments)
    says("a settings file that is not there", ["migrate"], WRONG_USE, "TRIBUTARY_SETTINGS", env={"TRIBUTARY_SETTINGS": str(folder / "none")}, cwd=folder)
    check(not (folder / "data").exists(), "a wrong settings file led to a database in the preset place")


def refusals(folder):
    database = ["--database", f"sqlite:{folder / 'refusals.sqlite'}"]
    shop = ["channel", "add", "shopify", "Shop", *database, "--set", "address=http://127.0.0.1:9", "--set", "accessToken=t"]
    says("an audit of nothing", ["audit", *database], REFUSED, "refusals.sqlite")
    succeed("migrate", *database)
    succeed(*shop, "--set", "webhookSecret=s")
    blocked = folder / "file"
    blocked.write_text("this is no database, but a text that is long enough to be taken for the header of one: " * 9)
    for what, words, *fragments in [
        ("an unknown channel", ["channel", "add", "etsy", "Shop", *database], "etsy"),
        ("a missing setting", shop[:-2], "accessToken"),
        ("a malformed setting", ["channel", "add", "shopify", "S", *database, "--set", "address=::", *shop[-2:], "--set", "webhookSecret=s"], "address"),
        ("a name that is taken", [*shop, "--set", "webhookSecret=s"], "Shop"),
        ("an unknown account", ["channel", "test", "9", *database], "9"),
        ("an unknown account to look at", ["channel", "sync", "9", *database], "9"),
        ("a shop that does not answer", ["channel", "test", "1", *database]),
        ("a shop that cannot be read", ["channel", "sync", "1", *database]),
        ("a file that is no database", ["audit", "--database", f"sqlite:{blocked}"], "file"),
        ("a folder that cannot be", ["migrate", "--database", f"sqlite:{blocked}/x.sqlite"]),
        ("no file of orders", ["demo", "--orders", f"{folder}/none.csv"], "none.csv"),
        ("a file of other columns", ["demo", "--orders", str(blocked)]),
    ]:
        says(what, words, REFUSED, *fragments)
    for what, words, text, *fragments in [
        ("a short password", ["user", "add", "a@example.test", *database], "short\n", "12"),
        ("no password", ["user", "add", "a@example.test", *database], "", "password"),
        ("no e-mail address", ["user", "add", "nobody", *database], "long enough password\n", "nobody"),
        ("a password of nobody", ["user", "password", "b@example.test", *database], "long enough password\n", "b@example.test"),
    ]:
        says(what, words, REFUSED, *fragments, text=text)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        says("a port that is taken", ["serve", *database, "--listen", f"127.0.0.1:{port}"], REFUSED, str(port))
        if port < 65_533:
            says("a shops' port that is taken", ["twins", "--port", port], REFUSED, str(port))


def turns_away(shop):
    """Answers one caller that its credentials are not known."""
    caller, _ = shop.accept()
    with caller:
        caller.recv(65536)
        caller.sendall(b'HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}')


def outbound(folder):
    """The hub connects to the public internet and to what it is told; what else it is asked to, it refuses and says what to do."""
    database, closed = ["--database", f"sqlite:{folder / 'outbound.sqlite'}"], {"TRIBUTARY_ALLOW_NETWORKS": ""}
    fields = ["--set", "consumerKey=ck_x", "--set", "consumerSecret=cs_x", "--set", "webhookSecret=w"]
    with socket.create_server(("0.0.0.0", 0)) as inside:
        port = inside.getsockname()[1]

        def add(host, name, *more):
            return ["channel", "add", "woocommerce", name, *database, "--set", f"address=http://{host}:{port}", *fields, *more]

        for host in ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "192.168.1.20", "169.254.169.254", "0.0.0.0"]:
            says(f"a shop at {host}", add(host, host), REFUSED, host.strip("[]"), "--allow-networks", env=closed)
        succeed(*add("localhost", "By name"), env=closed)
        for command in ["test", "sync"]:
            says(f"'channel {command}' of a name that leads inside", ["channel", command, "1", *database], REFUSED, "localhost", "--allow-networks", env=closed)
            says(f"'channel {command}' of a shop in another network than the one allowed", ["channel", command, "1", *database, "--allow-networks", "10.0.0.0/8"],
                 REFUSED, "localhost", env=closed)
        inside.settimeout(0)
        try:
            inside.accept()
            check(False, "the hub connected to where it may not")
        except BlockingIOError:
            pass
        allowed = ["--allow-networks", "10.0.0.0/8,127.0.0.1"]
        succeed(*add("127.0.0.1", "Allowed", *allowed), env=closed)
        inside.settimeout(None)
        threading.Thread(target=turns_away, args=[inside], daemon=True).start()
        says("a shop that is allowed and turns us away", ["channel", "test", "2", *database, *allowed], REFUSED, "credentials", env=closed)
    for text in ["here", "10.0.0.0/33", "10.0.0.1,", "shop.lan"]:
        says(f"'{text}' as a network", ["channel", "test", "1", *database, "--allow-networks", text], WRONG_USE, "192.168.1.0/24")
    says("a wrong network of the environment", ["serve", *database], WRONG_USE, "192.168.1.0/24", env={"TRIBUTARY_ALLOW_NETWORKS": "10.0.0.0/99"})


def people(folder):
    database = ["--database", f"sqlite:{folder / 'people.sqlite'}"]
    succeed("user", "add", "ada@example.test", "--name", "Ada", *database, text="long enough password\n")
    check(succeed("user", "list", *database).split() == ["ada@example.test", "Ada", "owner"], "'user list' does not list the person")
    says("a second person of that address", ["user", "add", "ADA@example.test", *database], REFUSED, "example.test", text="long enough password\n")
    succeed("user", "password", "ada@example.test", *database, text="another long password\n")


def settings(folder):
    """An option beats the environment, the environment beats the file."""
    file = folder / "settings"
    file.write_bytes(f"# Where it all is\r\nTRIBUTARY_DATABASE = sqlite:{folder}/by-file.sqlite\r\n\r\nTRIBUTARY_LOG_LEVEL=error\r\n".encode())
    named = {"TRIBUTARY_SETTINGS": str(file)}
    both = {**named, "TRIBUTARY_DATABASE": f"sqlite:{folder}/by-environment.sqlite"}
    for env, words, made in [(named, [], "by-file"), (both, [], "by-environment"), (both, ["--database", f"sqlite:{folder}/by-option.sqlite"], "by-option")]:
        succeed("migrate", *words, env=env, cwd=folder)
        check((folder / f"{made}.sqlite").exists(), f"the setting {made} made no database")
    port = free_ports(1)
    hub = start("serve", env={**both, "TRIBUTARY_LISTEN": f"127.0.0.1:{port}"})
    until(20, "a hub listens where TRIBUTARY_LISTEN says", lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    end(hub)


def tampering(folder):
    """The audit sees a balance, a transfer and a reservation that somebody changed by hand."""
    twins = Twins(rate=40, orders=60)
    hub = Hub(folder)
    try:
        hub.connect(twins.settings)
        listed = json.loads(succeed("channel", "list", "--json", "--database", hub.database))["channels"]
        check([one["channel"] for one in listed] == CHANNELS, f"'channel list --json' lists {listed}")
        check("answers" in succeed("channel", "test", "1", "--database", hub.database), "'channel test' says nothing of an answer")
        succeed("channel", "sync", "1", "--database", hub.database)
        check(hub.number("SELECT COUNT(*) FROM listings WHERE account = 1") == 100, "'channel sync' did not read the listings")
        hub.start(seconds=30)
        until(60, "orders hold stock", lambda: hub.number("SELECT COUNT(*) FROM reservations") > 5)
        hub.kill()
    finally:
        hub.end()
        twins.end()
    hub.audit()
    line = sqlite3.connect(hub.path)
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()
    clean = hub.path.read_bytes()
    for what, sql in [
        ("a balance", "UPDATE accounts SET balance = balance + 1 WHERE number = (SELECT number FROM accounts WHERE balance > 5 LIMIT 1)"),
        ("a transfer", "UPDATE transfers SET amount = amount + 1 WHERE posting = (SELECT MAX(posting) FROM transfers) AND position = 0"),
        ("a note of the past", "UPDATE postings SET actor = 'somebody else' WHERE number = 2"),
        ("a posting that is gone", "DELETE FROM transfers WHERE posting = 3; DELETE FROM postings WHERE number = 3"),
        ("a reservation", "UPDATE reservations SET units = units + 1 WHERE holder = (SELECT MIN(holder) FROM reservations)"),
        ("an order's money", "UPDATE orders SET posted_goods = posted_goods + 100 WHERE number = (SELECT MIN(number) FROM orders)"),
        ("an order that is gone", "DELETE FROM order_buyers WHERE order_number = 1; DELETE FROM order_lines WHERE order_number = 1; "
                                  "DELETE FROM orders WHERE number = 1"),
    ]:
        tampered(hub, clean, what, sql)


def tampered(hub, clean, what, sql):
    for ending in ("-wal", "-shm"):
        hub.path.with_name(hub.path.name + ending).unlink(missing_ok=True)
    hub.path.write_bytes(clean)
    line = sqlite3.connect(hub.path)
    before = line.total_changes
    line.executescript(sql)
    check(line.total_changes > before, f"{what}: nothing was changed")
    line.commit()
    line.close()
    done = run("audit", "--json", "--database", hub.database)
    check(done.returncode == 1, f"{what} was changed by hand and the audit ends with {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")
    found = json.loads(done.stdout)["violations"]
    check(found and all(one["kind"] and one["detail"] for one in found), f"{what}: the audit lists {found}")
    plain = run("audit", "--database", hub.database)
    check(plain.returncode == 1 and f"{len(found)} violations." in plain.stdout, f"{what}: the plain audit says {plain.stdout[-200:]}")


def stopping(folder):
    """Asked to stop, the hub takes nothing new, answers what is under way, and ends well."""
    hub = Hub(folder)
    try:
        hub.start(seconds=30)
        body = b"email=nobody%40example.test&password=wrong"
        head = ["POST /sign-in HTTP/1.1", f"Host: 127.0.0.1:{hub.port}", f"Origin: http://127.0.0.1:{hub.port}",
                "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        with socket.create_connection(("127.0.0.1", hub.port), timeout=20) as line:
            line.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body[:9])
            # Two others are answered: by then it is being read.
            for _ in range(2):
                check(ask(hub.port)[0] == 200, "the hub does not answer")
            hub.child.terminate()
            until(10, "nothing new is taken", lambda: closed(hub.port))
            line.sendall(body[9:])
            answer = b""
            while chunk := line.recv(65_536):
                answer += chunk
            check(re.match(rb"HTTP/1\.1 4\d\d ", answer), f"what was under way is answered with {answer[:200]!r}")
        check(hub.child.wait(timeout=20) == 0, f"asked to stop, the hub ends with {hub.child.returncode}: {hub.tail()}")
    finally:
        hub.end()
    hub.audit()


def closed(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        return False
    except ConnectionRefusedError:
        return True


def part():
    with Folder() as folder:
        helps()
        wrong_use(folder)
        refusals(folder)
        outbound(folder)
        people(folder)
        settings(folder)
        for name in ("stopping", "shop"):
            (folder / name).mkdir()
        stopping(folder / "stopping")
        tampering(folder / "shop")
    return BINARY.name
