"""One look at our own database, beside its pool: does it answer, and may it be written?

The look has a connection of its own. A pool that is empty because everybody works is
no dead database, and a database that hangs takes no connection from people who work.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import URL

from entrepot.base.store import Store
from entrepot.base.store_engine import connect_args, is_sqlite

WAIT_SECONDS = 2.0
"""The most that one step of a look may take: to connect, or to be answered."""

_VERSION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSight:
    """What a look at our own database saw.

    Attributes:
        seconds: From the question to the answer, once connected.
        is_writable: Whether the file's permissions let us write, as far as one can
            tell without writing; True of a server that is no standby.
    """

    version: str
    seconds: float
    is_writable: bool


def look_at_store(store: Store) -> StoreSight:
    """Ask our own database for its version and its schema's.

    Raises:
        OSError: The file of a SQLite database is not there.
        sqlite3.Error, sqlalchemy.exc.DBAPIError: It does not answer, or has no schema.
    """
    url = store.url
    return _look_at_file(url) if is_sqlite(url) else _look_at_server(store)


def find_damage(store: Store, *, limit_seconds: float) -> str:
    """Return what SQLite's quick check finds wrong with the file, empty if nothing.

    Raises:
        sqlite3.Error: It cannot be read, or the check takes longer than this
            ("interrupted").
    """
    ends = time.monotonic() + limit_seconds
    with closing(_open(store.url, "ro")) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > ends, 10_000)
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return "" if found == "ok" else str(found)


def _open(url: URL, mode: str) -> sqlite3.Connection:
    path = Path(str(url.database)).absolute()
    path.stat()  # SQLite would say the same in vaguer words
    return sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, timeout=1.0)


def _look_at_file(url: URL) -> StoreSight:
    with closing(_open(url, "rw")) as connection:
        began = time.perf_counter()
        connection.execute(_VERSION).fetchone()
        version = connection.execute("SELECT sqlite_version()").fetchone()[0]
        seconds = time.perf_counter() - began
    return StoreSight(
        version=f"SQLite {version}",
        seconds=seconds,
        is_writable=_is_writable(Path(str(url.database))),
    )


def _is_writable(path: Path) -> bool:
    is_mounted_to_write = not os.statvfs(path).f_flag & os.ST_RDONLY
    # Beside the file SQLite makes its log: the folder counts as well.
    return is_mounted_to_write and all(
        os.access(p, os.W_OK) for p in (path, path.parent)
    )


def _look_at_server(store: Store) -> StoreSight:
    args = connect_args(store.settings, store.url)
    args["connect_timeout"] = int(WAIT_SECONDS)
    args["options"] = f"-c statement_timeout={int(WAIT_SECONDS * 1000)}"
    engine = create_engine(store.url, poolclass=NullPool, connect_args=args)
    with engine.connect() as connection:
        began = time.perf_counter()
        connection.execute(text(_VERSION)).one()
        seconds = time.perf_counter() - began
        version = str(connection.scalar(text("SHOW server_version")))
        is_standby = bool(connection.scalar(text("SELECT pg_is_in_recovery()")))
    return StoreSight(
        version=f"PostgreSQL {version.split()[0]}",
        seconds=seconds,
        is_writable=not is_standby,
    )
