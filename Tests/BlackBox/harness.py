# SPDX-License-Identifier: Apache-2.0
"""The program under test from outside: its processes, its ports, its files."""
import atexit
import contextlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

BINARY = pathlib.Path(os.environ.get("TRIBUTARY_BINARY") or ".build/release/tributary").resolve()
# The long run, for the night: every random part draws more.
SOAK = os.environ.get("TRIBUTARY_SOAK") == "1"
CHANNELS = ["shopify", "woocommerce", "amazon"]
_children = []
_given = set()
_giving = threading.Lock()


class Failed(Exception):
    """What was promised did not happen."""


def check(condition, what):
    if not condition:
        raise Failed(what)


def until(seconds, what, probe):
    """Asks `probe` again and again until it answers something true, and fails with `what` at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"within {seconds} seconds: {what}")
        time.sleep(0.02)


def seed_of(part):
    """The seed of a part that draws lots, said before it draws."""
    seed = int(os.environ.get("BLACKBOX_SEED") or random.randrange(1 << 32))
    print(f"  {part}: seed {seed} (BLACKBOX_SEED={seed} draws the same{', TRIBUTARY_SOAK=1' if SOAK else ''})", flush=True)
    return seed


def free_ports(count):
    """So many free ports in a row, each given once. Below those that the system gives to outgoing connections."""
    with _giving:
        return _free_ports(count)


def _free_ports(count):
    for start in range(20_000 + os.getpid() % 5_000, 32_000, count):
        if _given.intersection(range(start, start + count)):
            continue
        held = []
        try:
            for port in range(start, start + count):
                one = socket.socket()
                held.append(one)
                one.bind(("127.0.0.1", port))
            _given.update(range(start, start + count))
            return start
        except OSError:
            continue
        finally:
            for one in held:
                one.close()
    raise Failed("no free ports")


def environment(more=None):
    """The environment without settings of whoever runs the tests. The shops are on this machine, where a hub connects only if it is told that it may."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIBUTARY_")}
    return {**clean, "TRIBUTARY_ALLOW_NETWORKS": "127.0.0.1", **(more or {})}


def run(*words, text=None, env=None, seconds=60, cwd=None):
    """Runs a command to its end."""
    try:
        return subprocess.run([str(BINARY), *map(str, words)], input=text or "", capture_output=True, text=True, encoding="utf-8",
                              timeout=seconds, env=environment(env), cwd=cwd)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"'{' '.join(map(str, words))}' did not end within {seconds} seconds") from late


def succeed(*words, **more):
    done = run(*words, **more)
    check(done.returncode == 0, f"'{' '.join(map(str, words))}' ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
    return done.stdout


def start(*words, out=subprocess.DEVNULL, err=subprocess.DEVNULL, env=None):
    child = subprocess.Popen([str(BINARY), *map(str, words)], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment(env))
    _children.append(child)
    return child


def end(child):
    if child.poll() is None:
        child.kill()
    child.wait()
    if child in _children:
        _children.remove(child)


@atexit.register
def end_all():
    for child in list(_children):
        end(child)


signal.signal(signal.SIGTERM, lambda *_: os._exit(end_all() or 143))


class Folder:
    """A folder that is gone at the end."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tributary-blackbox-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def listed_hub():
    """A hub that serves, connected to three quiet shops whose articles it knows, and the shops."""
    with Folder() as folder:
        twins = Twins(rate=0)
        hub = Hub(folder)
        try:
            hub.connect(twins.settings)
            hub.start(seconds=30)
            hub.until_listed()
            yield hub, twins
        finally:
            hub.end()
            twins.end()


def ask(port, path="/health", method="GET", body=None, headers=None, seconds=10):
    """Status, headers and body of an answer; status 0 when there is none."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        line.request(method, path, body=body, headers=headers or {})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, {}, b""
    finally:
        line.close()


class Twins:
    """The three shops in a process of their own."""

    def __init__(self, rate=0, orders=1_000_000, seed=1, env=None, **options):
        self.port = free_ports(3)
        more = [word for name, value in options.items() for word in ("--" + name.replace("_", "-"), value)]
        self.child = start("twins", "--port", self.port, "--rate", rate, "--orders", orders, "--seed", seed, *more, out=subprocess.PIPE, env=env)
        self.settings, self.placed = {}, {channel: [] for channel in CHANNELS}
        threading.Thread(target=self._read, daemon=True).start()
        until(20, "the twins say how to reach them", lambda: len(self.settings) == len(CHANNELS))

    def _read(self):
        for line in self.child.stdout:
            news = json.loads(line)
            if "placed" in news:
                self.placed[news["placed"]].append(news["order"])
            else:
                self.settings[news["channel"]] = news["settings"]

    @property
    def count(self):
        return sum(map(len, self.placed.values()))

    def pause(self):
        os.kill(self.child.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.child.pid, signal.SIGCONT)

    def end(self):
        end(self.child)


class Hub:
    """A hub with its database; it can be killed and started again."""

    EMAIL, PASSWORD = "owner@example.test", "a long enough password"

    def __init__(self, folder, public_port=None):
        self.path = folder / "hub.sqlite"
        self.database = f"sqlite:{self.path}"
        self.log = folder / "hub.log"
        self.port = free_ports(1)
        self.public = f"http://127.0.0.1:{public_port or self.port}"
        self.child = self.env = None

    def connect(self, settings):
        """Adds the owner and an account for each shop; the accounts are numbered from 1 in the shops' order."""
        succeed("user", "add", self.EMAIL, "--database", self.database, text=self.PASSWORD + "\n")
        for channel in CHANNELS:
            words = [word for name, value in settings[channel].items() for word in ("--set", f"{name}={value}")]
            succeed("channel", "add", channel, f"The {channel} shop", "--create-products", "--database", self.database, *words)

    def launch(self):
        """Starts the process and waits for nothing."""
        with self.log.open("ab") as log:
            self.child = start("serve", "--database", self.database, "--listen", f"127.0.0.1:{self.port}", "--public-address", self.public,
                               out=log, err=log, env=self.env)

    def start(self, seconds=5):
        """Starts serving; returns how long it took to answer."""
        began = time.monotonic()
        self.launch()

        def answers():
            check(self.child.poll() is None, f"the hub ended by itself with {self.child.returncode}: {self.tail()}")
            return ask(self.port, seconds=1)[0] == 200

        until(seconds, "the hub answers /health", answers)
        return time.monotonic() - began

    def until_listed(self, accounts=2):
        """Waits until the hub knows the articles of so many shops."""
        listed = "SELECT COUNT(*) FROM streams WHERE stream = 'listings' AND ok_at IS NOT NULL"
        until(30, "the shops are looked at", lambda: self.number(listed) >= accounts)

    def kill(self):
        check(self.child.poll() is None, f"the hub ended by itself with {self.child.returncode}: {self.tail()}")
        os.kill(self.child.pid, signal.SIGKILL)
        end(self.child)

    def end(self):
        if self.child:
            end(self.child)

    def tail(self):
        return self.log.read_text(errors="replace")[-800:] if self.log.exists() else ""

    def rows(self, sql, *values):
        line = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
        try:
            return line.execute(sql, values).fetchall()
        finally:
            line.close()

    def number(self, sql, *values):
        return self.rows(sql, *values)[0][0]

    def audit(self):
        done = run("audit", "--database", self.database)
        check(done.returncode == 0, f"the audit is not clean: {(done.stdout + done.stderr)[-600:]}")

    def resident_bytes(self):
        pages = pathlib.Path(f"/proc/{self.child.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")
