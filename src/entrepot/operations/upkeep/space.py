"""Give unused space of our database back, and tell its planner what is in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from entrepot.base.house import House
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


def optimize(house: House) -> Optimized:
    """Compact our database and gather its statistics.

    Readers and writers wait on SQLite; on PostgreSQL they go on.

    Raises:
        Unavailable: Another process holds the database.
    """
    began = time.monotonic()
    is_sqlite = house.store.url.get_backend_name() == "sqlite"
    commands = ("VACUUM", "ANALYZE") if is_sqlite else ("VACUUM (ANALYZE)",)
    with explained(house.store):
        before = database_size_bytes(house)
        engine = house.store.engine
        with engine.execution_options(
            isolation_level="AUTOCOMMIT"
        ).connect() as connection:
            for command in commands:
                _run(connection, command, is_sqlite=is_sqlite)
        after = database_size_bytes(house)
    return Optimized(
        did=" and ".join(commands),
        before_bytes=before,
        after_bytes=after,
        seconds=time.monotonic() - began,
    )


def _run(connection: Connection, command: str, *, is_sqlite: bool) -> None:
    if is_sqlite:
        # Neither may stand in the transaction that every use of the engine begins.
        raw = connection.connection.cursor()
        raw.execute(command)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
    else:
        connection.execute(text(command))


def database_size_bytes(house: House) -> int:
    """Return the size of our database, what is still to be moved into it included."""
    url = house.store.url
    if url.get_backend_name() == "sqlite":
        files = (Path(f"{url.database}{end}") for end in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with house.store.read_session() as session:
        size = session.scalar(text("SELECT pg_database_size(current_database())"))
    return int(size or 0)
