"""The log's file: opened, its tables made, and lines put into it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from entrepot.watch.log import rows as making
from entrepot.watch.log.rolling import roll
from entrepot.watch.log.rows import Row
from entrepot.watch.log.schema import ADOPT, COMMON, LINES, RARE, TABLES, TYPES
from entrepot.watch.spec import Entry

BUSY_SECONDS = 5.0
_TOGETHER = 20
"""Rows a statement: SQLite looks after the numbering once for each statement."""
_MARKED = 1000
"""Lines that are looked through where a request is found among them."""

PRAGMAS = (
    "page_size = 8192",  # a fiftieth smaller than 4096; more would make WAL of nothing
    "auto_vacuum = INCREMENTAL",
    "journal_mode = WAL",
    "synchronous = NORMAL",  # a crash of the machine may lose a moment, nothing breaks
    "secure_delete = OFF",  # some builds write zeros over what goes
    "cache_size = -16000",
    "wal_autocheckpoint = 1000",
    "journal_size_limit = 16777216",
)
_MINUTE = """
INSERT INTO log_minutes (minute, level, logger, lines, first_id, last_id)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET lines = lines + excluded.lines,
first_id = min(first_id, excluded.first_id), last_id = max(last_id, excluded.last_id)
"""
_REQUESTS = """
INSERT INTO request_minutes VALUES (?, ?, coalesce(?, 0), ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
total_ms = total_ms + excluded.total_ms,
fastest_ms = min(fastest_ms, excluded.fastest_ms),
slowest_ms = max(slowest_ms, excluded.slowest_ms)
"""
_WORDS = "INSERT INTO logs_words (rowid, message) SELECT id, message FROM logs "
_BATCH = (
    "INSERT INTO log_batches (first_id, last_id, requests, marks) VALUES (?, ?, ?, ?)"
)
_SAMPLE = "INSERT OR REPLACE INTO gauge_samples VALUES (?, ?, ?, ?, ?)"


def open_to_write(
    path: Path, *, busy_seconds: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """Open the file, made with its tables where it is not there.

    A documented table that is there gets the columns it lacks, and its lines count.

    Raises:
        OSError: Its folder cannot be made.
        sqlite3.Error: It cannot be opened, or is no database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # it is there, or SQLite will say what is wrong
        # For its owner alone: it tells of people. SQLite's files beside it are alike.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(
        path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not _is_ready(connection):
            with writing(connection):
                _make(connection)
    except BaseException:
        connection.close()
        raise
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


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the file's one place for writers during the block, which happens or not."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it itself on a full disk
            connection.execute("ROLLBACK")
        raise


def add_entries(
    connection: sqlite3.Connection,
    entries: Iterable[Entry],
    samples: Iterable[Row] = (),
) -> int:
    """Put lines into the file in one transaction; return the last one's number.

    Args:
        samples: Rows of `gauge_samples`.
    """
    entries = list(entries)
    with writing(connection):
        before = _last_id(connection)
        if entries:
            _add(connection, entries, before + 1)
        connection.executemany(_SAMPLE, samples)
    return before + len(entries)


def _add(connection: sqlite3.Connection, entries: Sequence[Entry], first: int) -> None:
    for is_rare, rows in making.rows_of(entries):
        _insert(connection, (*COMMON, *RARE) if is_rare else COMMON, rows)
    connection.execute(_WORDS + "WHERE id >= ?", (first,))
    connection.executemany(_MINUTE, making.minutes_of(entries, first))
    requests = making.requests_of(entries)
    connection.executemany(_REQUESTS, requests)
    roll(connection, {minute for minute, *_ in requests})
    for begin in range(0, len(entries), _MARKED):
        part = entries[begin : begin + _MARKED]
        start = first + begin
        marks = (making.marks_of(part), making.value_marks_of(part))
        batch = (start, start + len(part) - 1, *marks)
        connection.execute(_BATCH, batch)


def _insert(
    connection: sqlite3.Connection, columns: Sequence[str], rows: list[Row]
) -> None:
    one = f"({', '.join('?' * len(columns))})"
    insert = f"INSERT INTO logs ({', '.join(columns)}) VALUES "
    whole = len(rows) // _TOGETHER * _TOGETHER
    for begin in range(0, whole, _TOGETHER):
        values = list(chain.from_iterable(rows[begin : begin + _TOGETHER]))
        connection.execute(insert + ", ".join([one] * _TOGETHER), values)
    connection.executemany(insert + one, rows[whole:])


def _last_id(connection: sqlite3.Connection) -> int:
    seen = "SELECT seq FROM sqlite_sequence WHERE name = 'logs'"
    row = connection.execute(
        f"SELECT max(coalesce(({seen}), 0), coalesce((SELECT max(id) FROM logs), 0))"
    ).fetchone()
    return int(row[0])


def _is_ready(connection: sqlite3.Connection) -> bool:
    """Tell whether all is there, without taking the writers' place."""
    tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    made = {"log_state", "request_sums", "logs_words"} <= {name for (name,) in tables}
    return made and _has_marks(connection) and not _lacking(connection)


def _lacking(connection: sqlite3.Connection) -> list[str]:
    return [name for name in TYPES if name not in _columns(connection, "logs")]


def _has_marks(connection: sqlite3.Connection) -> bool:
    return "marks" in _columns(connection, "log_batches")


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    asked = "SELECT name FROM pragma_table_xinfo(?)"
    return {name for (name,) in connection.execute(asked, (table,))}


def _make(connection: sqlite3.Connection) -> None:
    if _is_ready(connection):  # another process was faster
        return
    connection.execute(LINES)
    # A table of somebody else's may number without the table of the last numbers.
    connection.execute("CREATE TABLE log_numbers (n INTEGER PRIMARY KEY AUTOINCREMENT)")
    connection.execute("DROP TABLE log_numbers")
    for name in _lacking(connection):
        connection.execute(f"ALTER TABLE logs ADD COLUMN {name} {TYPES[name]}")
    for statement in statements(TABLES):
        connection.execute(statement)
    if not _has_marks(connection):
        connection.execute("ALTER TABLE log_batches ADD COLUMN marks BLOB")
    if connection.execute("SELECT EXISTS (SELECT 1 FROM logs)").fetchone()[0]:
        for statement in ADOPT:
            connection.execute(statement)


def statements(script: str) -> Iterator[str]:
    """Yield a script's statements: `executescript` would end the transaction."""
    told = ""
    for line in script.splitlines(keepends=True):
        told += line
        if sqlite3.complete_statement(told):
            yield told
            told = ""
