"""Give unused space of our database back, and tell its planner what is in it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from entrepot.base.house import House
from entrepot.base.stoppable import run_stoppable
from entrepot.operations.upkeep.trouble import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimized:
    """What it did; sizes are of the whole database."""

    did: str
    before_bytes: int
    after_bytes: int
    seconds: float

    @property
    def gained_bytes(self) -> int:
        """Return how much smaller the database is; below 0, larger."""
        return self.before_bytes - self.after_bytes


def optimize(
    house: House,
    *,
    least_free: float = 0.0,
    check: Callable[[], None] = lambda: None,
) -> Optimized:
    """Compact our database and gather its statistics.

    Readers and writers wait on SQLite; on PostgreSQL they go on.

    Args:
        least_free: A SQLite database is compacted where this share of it is free.
        check: Called several times a second; where it raises, the work ends.

    Raises:
        Unavailable: Another process holds the database.
    """
    began = time.monotonic()
    is_sqlite = house.store.url.get_backend_name() == "sqlite"
    with explained(house.store):
        before = database_size_bytes(house)
        engine = house.store.engine
        with engine.execution_options(
            isolation_level="AUTOCOMMIT"
        ).connect() as connection:
            commands = ["VACUUM (ANALYZE)"]
            if is_sqlite:
                is_worth_it = _free_share(connection) >= least_free
                commands = ["VACUUM", "ANALYZE"] if is_worth_it else ["ANALYZE"]
            for command in commands:
                _run(connection, command, is_sqlite=is_sqlite, check=check)
        after = database_size_bytes(house)
    return Optimized(
        did=" and ".join(commands),
        before_bytes=before,
        after_bytes=after,
        seconds=time.monotonic() - began,
    )


def _free_share(connection: Connection) -> float:
    free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    return float(free / max(pages, 1))


def _run(
    connection: Connection,
    command: str,
    *,
    is_sqlite: bool,
    check: Callable[[], None],
) -> None:
    # Neither may stand in the transaction that every use of the engine begins.
    driver: Any = connection.connection.dbapi_connection
    stop = driver.interrupt if is_sqlite else driver.cancel_safe
    connection.rollback()

    def act() -> None:
        with closing(driver.cursor()) as cursor:
            cursor.execute(command)
            if is_sqlite:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    try:
        run_stoppable(act, check=check, stop=stop)
    except (sqlite3.Error, psycopg.Error) as error:
        raise DBAPIError(command, None, error) from error


def database_size_bytes(house: House) -> int:
    """Return the size of our database, what is still to be moved into it included."""
    url = house.store.url
    if url.get_backend_name() == "sqlite":
        files = (Path(f"{url.database}{end}") for end in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with house.store.read_session() as session:
        size = session.scalar(text("SELECT pg_database_size(current_database())"))
    return int(size or 0)
