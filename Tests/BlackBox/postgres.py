# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own, on a unix socket in a temporary folder, and gone with them."""
import atexit
import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

from harness import Failed, until

# As long as a socket's name may be, and in memory where there is room.
_PARENT = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _programs():
    newest_first = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: -int(folder.split("/")[-2]))
    for folder in [*newest_first, *os.environ.get("PATH", "").split(":")]:
        if os.access(f"{folder}/initdb", os.X_OK) and os.access(f"{folder}/postgres", os.X_OK):
            return folder
    raise Failed("PostgreSQL is missing. Install it (apt-get install postgresql), or run scripts/setup test.")


class Server:
    def __init__(self, *settings):
        programs = _programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tributary-pg-", dir=_PARENT))
        self._as = []
        if os.geteuid() == 0:
            # The server refuses to run as root.
            owner = next(entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._as = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        data = self.folder / "data"
        made = subprocess.run([*self._as, f"{programs}/initdb", "-D", data, "-N", "-U", "tributary", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"],
                              capture_output=True, text=True, cwd="/")
        if made.returncode:
            raise Failed(f"initdb: {made.stderr[-500:]}")
        words = [*self._as, f"{programs}/postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}"]
        for setting in settings:
            words += ["-c", setting]
        self._log = open(self.folder / "log", "w", encoding="utf-8")
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd="/")
        atexit.register(self.end)
        until(20, "the database server takes connections", lambda: self._says("SELECT 1"))

    def _says(self, statement, database="postgres"):
        return subprocess.run(["psql", "-h", self.folder, "-U", "tributary", "-d", database, "-qAtc", statement], capture_output=True, text=True).stdout

    def database(self, name):
        """Makes a database; its address."""
        self._says(f"CREATE DATABASE {name}")
        return f"postgres://tributary@/{name}?host={self.folder}"

    def ask(self, database, statement):
        return self._says(statement, database).strip()

    def end(self):
        if self._process.poll() is None:
            # Quickly: nothing of it is wanted any more.
            self._process.send_signal(3)
            self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
