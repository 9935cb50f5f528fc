"""The traces' file: opened, its tables made, and parts put into it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from entrepot.watch.log.file import BUSY_SECONDS, PRAGMAS, statements, writing
from entrepot.watch.log.opened import Content
from entrepot.watch.log.rows import Row
from entrepot.watch.traces.kept import Kept, weight_of
from entrepot.watch.traces.schema import PART, TABLES

_PART = f"INSERT INTO parts ({', '.join(PART)}) VALUES ({', '.join('?' * len(PART))})"
_SPAN = f"INSERT OR REPLACE INTO spans VALUES ({', '.join('?' * 11)})"
_LAST = (
    "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'parts'), 0), "
    "coalesce((SELECT max(id) FROM parts), 0))"
)


def open_to_write(
    path: Path, *, busy_seconds: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """Open the file, made with its tables where it is not there.

    Raises:
        OSError: Its folder cannot be made.
        sqlite3.Error: It cannot be opened, or is no database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # for its owner alone, as the log is
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(
        path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not _is_ready(connection):
            with writing(connection):
                for statement in statements(TABLES):
                    connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def add_parts(
    connection: sqlite3.Connection, entries: Sequence[Kept], _samples: Iterable[Row]
) -> None:
    """Put parts with their steps into the file, in one transaction."""
    with writing(connection):
        first = connection.execute(_LAST).fetchone()[0] + 1
        found = [(id, entry.rows()) for id, entry in enumerate(entries, first)]
        connection.executemany(_PART, [(id, *one.row) for id, one in found])
        spans = [(id, *row) for id, one in found for row in one.spans]
        connection.executemany(_SPAN, spans)
        shapes = {shape.id: shape for _, one in found for shape in one.shapes.values()}
        connection.executemany(
            "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?)",
            [(s.id, s.name, s.text, int(s.is_asking)) for s in shapes.values()],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO subjects VALUES (?, ?)",
            [(subject, id) for id, one in found for subject in one.subjects],
        )


def storable(entry: Kept) -> Kept:
    """Return a part of values that the file can hold, whatever came in."""
    found = entry.rows()
    entry.rendered = replace(
        found,
        row=tuple(map(_storable, found.row)),
        spans=[tuple(map(_storable, row)) for row in found.spans],
    )
    return entry


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return max(-(2**63), min(2**63 - 1, value))
    return value


def _is_ready(connection: sqlite3.Connection) -> bool:
    tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    made = {name for (name,) in tables}
    return {"parts", "spans", "statements", "subjects", "request_logs"} <= made


PARTS = Content(open=open_to_write, add=add_parts, storable=storable, weight=weight_of)
"""What the traces' file holds."""
