"""The log's file: opened, its tables made, and lines put into it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from entrepot.watch.log.bins import bin_of
from entrepot.watch.log.schema import COLUMNS, TABLES
from entrepot.watch.spec import Entry

BUSY_SECONDS = 5.0
_INSERT = (
    f"INSERT INTO logs (id, {', '.join(COLUMNS)}) "
    f"VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"
)
_MINUTE = """
INSERT INTO log_minutes (minute, level, lines, first_id, last_id)
VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET lines = lines + excluded.lines,
first_id = min(first_id, excluded.first_id), last_id = max(last_id, excluded.last_id)
"""
_REQUESTS = """
INSERT INTO request_minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
total_ms = total_ms + excluded.total_ms,
fastest_ms = min(fastest_ms, excluded.fastest_ms),
slowest_ms = max(slowest_ms, excluded.slowest_ms)
"""


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open the file, made with its tables where it is not there.

    Raises:
        OSError: Its folder cannot be made.
        sqlite3.Error: It cannot be opened, or is no database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(TABLES)
    return connection


@contextmanager
def opened_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file for a reader, whose rows have names.

    Raises:
        sqlite3.Error: It is not there, or is no database.
    """
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS
    )
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


def add_entries(connection: sqlite3.Connection, entries: Iterable[Entry]) -> int:
    """Put lines into the file in one transaction; return the last one's number."""
    entries = list(entries)
    connection.execute("BEGIN IMMEDIATE")
    try:
        first = _last_id(connection) + 1
        numbered = list(enumerate(entries, first))
        connection.executemany(_INSERT, [(n, *_row(e)) for n, e in numbered])
        connection.execute(
            "INSERT INTO logs_words (rowid, message) "
            "SELECT id, message FROM logs WHERE id >= ?",
            (first,),
        )
        connection.executemany(_MINUTE, _minutes(numbered))
        connection.executemany(_REQUESTS, _requests(entries))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return first + len(entries) - 1


def _last_id(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'logs'")
    found = row.fetchone()
    return int(found[0]) if found else 0


def _row(entry: Entry) -> tuple[object, ...]:
    at = datetime.fromtimestamp(entry.at, UTC)
    return (
        f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
        entry.level,
        entry.logger,
        entry.message,
        f"{at:%Y-%m-%d %H:%M:%S}",
        entry.request_id or None,
        entry.trace_id or None,
        entry.user_id,
        entry.actor or None,
        entry.job_id or None,
        entry.ip_address or None,
        entry.endpoint or None,
        entry.method or None,
        entry.status_code,
        entry.duration_ms,
        entry.error_type or None,
        entry.stack_trace or None,
        json.dumps(entry.fields, default=str) if entry.fields else None,
    )


def _minutes(numbered: list[tuple[int, Entry]]) -> list[tuple[object, ...]]:
    return [(int(e.at // 60), e.level, 1, n, n) for n, e in numbered]


def _requests(entries: list[Entry]) -> list[tuple[object, ...]]:
    return [
        (int(e.at // 60), e.endpoint, e.status_code, bin_of(d), 1, d, d, d)
        for e in entries
        if e.endpoint and (d := e.duration_ms) is not None
    ]
