"""The log, emptied."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.watch.events import LogCleared
from entrepot.watch.lines.reading import turned_errors
from entrepot.watch.log.file import open_to_write
from entrepot.watch.log.store import log_store

# Without WHERE, SQLite drops a table's pages without looking at them.
_EMPTY = (
    "DELETE FROM logs",
    "INSERT INTO logs_words (logs_words) VALUES ('delete-all')",
    "DELETE FROM log_minutes",
    "DELETE FROM log_batches",
    "DELETE FROM request_minutes",
    "DELETE FROM request_sums",
    "DELETE FROM request_curves",
)


def clear(house: House) -> int:
    """Remove every line and what is counted of them; return how many there were.

    Numbers go on where they were, so that whoever follows the log stays right. What
    gauges read is kept.

    Raises:
        Unavailable: The log cannot be written; nothing went.
    """
    store = log_store(house)
    with turned_errors():
        store.flush()
        with closing(open_to_write(store.path)) as connection:
            lines = _empty(connection)
            _give_back(connection)
    return lines


def _empty(connection: sqlite3.Connection) -> int:
    connection.execute("BEGIN IMMEDIATE")
    try:
        lines = int(connection.execute("SELECT count(*) FROM logs").fetchone()[0])
        for statement in _EMPTY:
            connection.execute(statement)
        emit(LogCleared(lines=lines))  # if nobody can record it, nothing goes
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return lines


def _give_back(connection: sqlite3.Connection) -> None:
    # The lines are gone and that is recorded; others may write all the time.
    with suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
