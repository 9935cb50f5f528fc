"""One process at a time changes the schema of our database, or replaces it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from entrepot.base.store import Store

TURN = 0x656E7472
"""Key of the PostgreSQL lock that migrating processes take."""


@contextmanager
def turn(store: Store) -> Iterator[None]:
    """Wait until no other process migrates, and hold the others back.

    The lock goes with the process, however it ends.
    """
    if store.url.get_backend_name() == "sqlite":
        with _file_turn(store):
            yield
        return
    with store.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TURN})
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": TURN})
            connection.commit()


@contextmanager
def _file_turn(store: Store) -> Iterator[None]:
    name = store.url.database
    if not name or name == ":memory:":
        yield
        return
    path = Path(f"{name}.migrating")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
