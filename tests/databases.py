"""Real databases for tests: SQLite in a folder, PostgreSQL started from the installed binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin"), Path("/usr/bin"))


def program(name: str) -> str | None:
    """Where a PostgreSQL program lies, if it is installed."""
    return next((str(place / name) for place in PLACES if (place / name).exists()), None) or shutil.which(name)


def installed() -> bool:
    """Whether PostgreSQL can be started here."""
    return all(program(name) for name in ("initdb", "postgres"))


class Server:
    """A PostgreSQL server on a socket in a folder of its own; databases are copied from one migrated template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and start it. PostgreSQL refuses to run as root, so root becomes somebody else."""
        self.folder.chmod(0o777)
        initdb, postgres = program("initdb"), program("postgres")
        assert initdb and postgres
        data = self.folder / "data"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", **_somebody()}
        subprocess.run(
            [initdb, "-D", str(data), "-U", "qunsheng", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], check=True, **quiet
        )
        self._process = subprocess.Popen(
            [postgres, "-D", str(data), "-k", str(self.folder), "-c", "listen_addresses=", "-c", "fsync=off",
             "-c", "max_connections=200", "-c", "shared_buffers=32MB"], **quiet,
        )
        self._wait()

    def stop(self) -> None:
        """End it at once; nothing of it is kept."""
        if self._process is not None:
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every open session.
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=20)

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://qunsheng@/{name}?host={self.folder}"

    def fresh(self, template: str = "template1") -> str:
        """A new database, copied from `template`; returns its name."""
        name = f"t{uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return


@contextmanager
def running() -> Iterator[Server]:
    """A server for a while."""
    folder = Path(tempfile.mkdtemp(prefix="qspg", dir="/tmp"))
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _somebody() -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
