"""Servers that tests start from the machine's own programs, and throw away."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.sql import Composed
from sqlalchemy.engine import URL, make_url

from tests.ports import free_port

ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PASSWORD = "throw/away: 100%"
"""Of the superuser; its odd signs show who forgets to quote."""


@dataclass(slots=True)
class PostgreSQL:
    """A running server.

    Attributes:
        admin_url: A superuser's way in; SQLAlchemy's form.
        folder: Data and socket of a server of our own; None for a given one.
    """

    admin_url: URL
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    _line: psycopg.Connection | None = None

    def url(self, user: str, password: str, database: str) -> str:
        """Write the address for somebody else, over TCP."""
        url = self.admin_url.set(username=user, password=password, database=database)
        return url.render_as_string(hide_password=False)

    def socket_url(self, user: str, password: str, database: str) -> str:
        """Write the address for somebody else, over the socket in `folder`."""
        url = make_url(self.url(user, password, database))
        url = url.set(host=None).update_query_dict({"host": str(self.folder)})
        return url.render_as_string(hide_password=False)

    def run(
        self, sql: str | Composed, database: str | None = None
    ) -> list[tuple[object, ...]]:
        """Run one statement as the superuser, outside a transaction."""
        if database is None:
            return _run(self._admin(), sql)
        url = self.admin_url.set(database=database)
        with connect(url.render_as_string(hide_password=False)) as connection:
            return _run(connection, sql)

    def hang_up(self) -> None:
        """Close the superuser's connection, which `run` keeps: a new one takes long."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def start(self) -> None:
        """Start the server in `folder` and wait until it answers."""
        assert self.folder is not None
        settings = [
            f"port={self.admin_url.port}",
            f"unix_socket_directories={self.folder}",
        ]
        settings += ["listen_addresses=127.0.0.1", "max_connections=100", *FAST]
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [_program("postgres"), "-D", self.folder / "data", *options],
                stdout=log,
                stderr=log,
                env=ENVIRON,
                **_other_user(),
            )
        ready = [_program("pg_isready"), "-h", "127.0.0.1", "-t", "1"]
        ready += ["-p", str(self.admin_url.port), "-q"]
        while subprocess.run(ready, env=ENVIRON).returncode:
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def stop(self, how: int = signal.SIGQUIT) -> None:
        """Stop it at once (`SIGQUIT`), or as gently as another signal says."""
        self.hang_up()
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def _admin(self) -> psycopg.Connection:
        if self._line is None or self._line.closed:
            self._line = connect(self.admin_url.render_as_string(hide_password=False))
        return self._line


@dataclass(slots=True)
class Redis:
    """A Redis server on a port of loopback; it keeps nothing."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing: apt-get install redis-server")
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
        }
        self.process = subprocess.Popen(
            [program, *(str(w) for k, v in options.items() for w in (f"--{k}", v))],
            stdout=subprocess.DEVNULL,
            env=ENVIRON,
        )
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                raise RuntimeError("redis-server ended at once")

    def stop(self) -> None:
        """Kill it: whoever is connected notices at the next word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None


@contextmanager
def own_redis() -> Iterator[Redis]:
    """Give a new Redis server on a free port of 127.0.0.1."""
    server = Redis(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass(slots=True)
class Prometheus:
    """A Prometheus server on a port of loopback, which scrapes one address.

    Attributes:
        folder: Of its configuration and its data.
    """

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, target: str) -> None:
        """Scrape `target` every second, and wait until it answers."""
        program = shutil.which("prometheus")
        if program is None:
            raise RuntimeError("prometheus is missing: apt-get install prometheus")
        scrape = {"job_name": "catalogue", "static_configs": [{"targets": [target]}]}
        paces = {"scrape_interval": "1s", "scrape_timeout": "1s"}
        config = {"global": paces, "scrape_configs": [scrape]}
        path = self.folder / "prometheus.yml"
        path.write_text(json.dumps(config))  # JSON is YAML, too
        options = [
            f"--config.file={path}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [program, *options], stderr=log, env=ENVIRON
            )
        while not self._is_ready():
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def ask(self, query: str) -> dict[str, float]:
        """Return the values of a PromQL expression now, by their labels as JSON."""
        asked = urllib.parse.urlencode({"query": query})
        url = f"http://127.0.0.1:{self.port}/api/v1/query?{asked}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            found = json.load(answer)["data"]["result"]
        return {
            json.dumps(one["metric"], sort_keys=True): float(one["value"][1])
            for one in found
        }

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None

    def _is_ready(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/-/ready"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def own_prometheus(target: str) -> Iterator[Prometheus]:
    """Give a new Prometheus on a free port of 127.0.0.1 that scrapes `host:port`."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-prometheus-"))
    server = Prometheus(free_port(), folder)
    try:
        server.start(target)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def connect(url: str) -> psycopg.Connection:
    """Connect as any client would, in autocommit."""
    parts = make_url(url).translate_connect_args(username="user", database="dbname")
    return psycopg.connect(**parts, **make_url(url).query, autocommit=True)


@contextmanager
def own_postgresql() -> Iterator[PostgreSQL]:
    """Give a new server on a free port of 127.0.0.1; passwords are checked (scram)."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-postgresql-"))
    user = _other_user()
    if user:
        os.chown(folder, user["user"], user["group"])
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)  # the folder is closed to others
    command = [_program("initdb"), "-D", folder / "data", "-U", "postgres", "--no-sync"]
    command += ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
    command += ["-E", "UTF8", "--locale=C.UTF-8"]
    try:
        subprocess.run(
            command,
            check=True,
            env=ENVIRON,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **user,
        )
        server = PostgreSQL(_address(free_port()), folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def any_postgresql() -> Iterator[PostgreSQL]:
    """Give the server of `ENTREPOT_TEST_POSTGRESQL_URL`, or one of our own.

    Raises:
        RuntimeError: One is given to several workers, who would make the same names.
    """
    given = os.environ.get("ENTREPOT_TEST_POSTGRESQL_URL")
    if given:
        if "PYTEST_XDIST_WORKER" in os.environ:
            raise RuntimeError("with a server of yours run pytest without -n")
        server = PostgreSQL(make_url(given).set(drivername="postgresql"))
        yield server
        server.hang_up()
    else:
        with own_postgresql() as server:
            yield server


def _run(line: psycopg.Connection, sql: str | Composed) -> list[tuple[object, ...]]:
    cursor = line.execute(sql)
    return cursor.fetchall() if cursor.description else []


def _address(port: int) -> URL:
    return URL.create("postgresql", "postgres", PASSWORD, "127.0.0.1", port, "postgres")


def _program(name: str) -> Path:
    found = [p for place in PLACES for p in Path(place).glob(f"*/bin/{name}")]
    on_path = shutil.which(name)
    if not found and not on_path:
        raise RuntimeError(
            f"{name} is missing: install PostgreSQL's server, "
            "or name a running one in ENTREPOT_TEST_POSTGRESQL_URL"
        )
    return max(found, default=Path(on_path or name))


def _other_user() -> dict[str, object]:
    # PostgreSQL does not start as root.
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
