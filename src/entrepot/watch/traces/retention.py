"""Old traces leave their file, in steps so small that no writer waits long."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from threading import Event

from entrepot.base.settings import Settings
from entrepot.watch import settings as knobs
from entrepot.watch.log.file import writing
from entrepot.watch.log.forgetting import FULL, REST_SECONDS
from entrepot.watch.log.retention import Retention
from entrepot.watch.traces.file import open_to_write

DAY_SECONDS = 86_400
STEP_PARTS = 200
MOST_SHAPES = 20_000
"""Statements whose texts may be kept before those that nothing uses are looked for."""


class TraceRetention(Retention):
    """Cleans up the traces' file."""

    def __init__(self, path: Path, settings: Settings) -> None:
        super().__init__(path, settings)
        self._days = settings[knobs.TRACES_RETENTION_DAYS]
        self._size_bytes = settings[knobs.TRACES_MAX_DB_SIZE_MB] * 1_000_000

    def _open(self) -> sqlite3.Connection:
        return open_to_write(self._path)

    def _forget(self, connection: sqlite3.Connection, now: float) -> int:
        before = max(
            first_young(connection, now - self._days * DAY_SECONDS),
            _first_that_fits(connection, self._size_bytes),
        )
        return forget_before(connection, before, self._ends)


def first_young(connection: sqlite3.Connection, since: float) -> int:
    """Return the number before which no part is younger than that."""
    young = "SELECT min(id) FROM parts WHERE at >= ?"
    found = connection.execute(young, (since,)).fetchone()[0]
    if found is not None:
        return int(found)
    last = connection.execute("SELECT max(id) FROM parts").fetchone()[0]
    return 0 if last is None else int(last) + 1


def forget_before(connection: sqlite3.Connection, before: int, ends: Event) -> int:
    """Remove the parts below a number, oldest first; return how many went."""
    gone = 0
    while not ends.is_set():
        begun = time.monotonic()
        with writing(connection):
            ids = connection.execute(
                "SELECT id FROM parts WHERE id < ? ORDER BY id LIMIT ?",
                (before, STEP_PARTS),
            ).fetchall()
            if not ids:
                break
            last = ids[-1][0]
            connection.execute("DELETE FROM spans WHERE part <= ?", (last,))
            connection.execute("DELETE FROM subjects WHERE part <= ?", (last,))
            connection.execute("DELETE FROM parts WHERE id <= ?", (last,))
            gone += len(ids)
        ends.wait(max(REST_SECONDS, time.monotonic() - begun))
    if gone:
        _forget_shapes(connection)
    return gone


def _forget_shapes(connection: sqlite3.Connection) -> None:
    count = connection.execute("SELECT count(*) FROM statements").fetchone()[0]
    if count > MOST_SHAPES:
        with writing(connection):
            connection.execute(
                "DELETE FROM statements WHERE NOT EXISTS (SELECT 1 FROM spans "
                "WHERE spans.shape = statements.shape AND spans.shape IS NOT NULL)"
            )


def _first_that_fits(connection: sqlite3.Connection, size_bytes: int) -> int:
    """Return the number before which parts must go for the file to fit."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    used = (pages - free) * size
    if used <= size_bytes:
        return 0
    first, last = connection.execute("SELECT min(id), max(id) FROM parts").fetchone()
    if first is None:
        return 0
    return int(first + (last + 1 - first) * (1 - size_bytes * FULL / used))
