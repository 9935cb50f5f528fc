"""A MariaDB server that tests start from the machine's own programs, and throw away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pymysql
from pymysql.connections import Connection
from sqlalchemy.engine import URL

from entrepot.connections import Target
from tests.ports import free_port

ENVIRON = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
FAST = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
    "--innodb-flush-method=nosync",
    "--sync-frm=0",
    "--skip-log-bin",
    "--skip-name-resolve",
)
PASSWORD = "rea:der/pass word@100%"
"""Of every user; its odd signs show who forgets to quote."""
MODE = "SET sql_mode = 'ANSI,STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'"
"""The tests' own statements are those of every other database."""


@dataclass(slots=True)
class MariaDB:
    """A running server.

    Attributes:
        folder: Of its data and its socket, over which the administrator comes.
    """

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    _lines: list[Connection] = field(default_factory=list)

    def url(self, user: str, database: str = "") -> str:
        """Write the address for somebody else, over TCP."""
        url = URL.create("mariadb", user, PASSWORD, "127.0.0.1", self.port, database)
        return url.render_as_string(hide_password=False)

    def run(self, sql: str, database: str = "") -> list[tuple[object, ...]]:
        """Run one statement as the administrator, in autocommit."""
        if not self._lines:
            self._lines.append(self._connect())
        if database:
            self._lines[0].select_db(database)
        return run(self._lines[0], sql)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [
            _program("mariadbd"),
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            *FAST,
            *self.options,
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=ENVIRON, **_other_user()
            )
        while not self._answers():
            try:
                self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        """Kill it."""
        while self._lines:
            self._lines.pop().close()
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.folder / "socket")) == 0

    def _connect(self) -> Connection:
        return pymysql.connect(
            user="root", unix_socket=str(self.folder / "socket"), autocommit=True
        )


@contextmanager
def own_mariadb(*options: str) -> Iterator[MariaDB]:
    """Give a new server on a free port of 127.0.0.1; only `root` is there."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-mariadb-"))
    user = _other_user()
    if user:
        os.chown(folder, user["user"], user["group"])  # type: ignore[arg-type]
    command = [_program("mariadb-install-db"), "--no-defaults", "--skip-test-db"]
    command += [f"--datadir={folder / 'data'}", f"--tmpdir={folder}"]
    command += [
        "--auth-root-authentication-method=normal",
        "--innodb-log-file-size=16M",
    ]
    try:
        subprocess.run(
            command,
            check=True,
            env=ENVIRON,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **user,
        )
        server = MariaDB(folder, free_port(), options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_shop(server: MariaDB, name: str = "shop") -> Iterator[Target]:
    """Give an empty database, and a user who may do all in it and nothing beside."""
    # Without padding '' is not ' ', as in every other database.
    server.run(f"CREATE DATABASE {name} CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin")
    server.run(f"CREATE USER {name} IDENTIFIED BY '{PASSWORD}'")
    server.run(f"GRANT ALL ON {name}.* TO {name}")
    yield Target(
        name="shop", dialect="mariadb", url=server.url(name, name), pool_count=2
    )
    server.run(f"DROP USER {name}")
    server.run(f"DROP DATABASE {name}")


@contextmanager
def open_door(target: Target, server: MariaDB) -> Iterator[Connection]:
    """Give a connection as the shop's owner, past the wall, in ANSI's SQL."""
    name = target.url.rpartition("/")[2]
    connection = pymysql.connect(
        host="127.0.0.1",
        port=server.port,
        user=name,
        password=PASSWORD,
        database=name,
        charset="utf8mb4",
        init_command=MODE,
        autocommit=True,
    )
    yield connection
    connection.close()


def run(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    """Run one statement; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def _program(name: str) -> str:
    found = shutil.which(name, path=ENVIRON["PATH"]) or shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing: apt-get install mariadb-server")
    return found


def _other_user() -> dict[str, object]:
    # MariaDB does not like to start as root.
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
