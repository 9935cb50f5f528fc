"""The log's file while it is read: what waits is written first, no question lasts."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar

from entrepot.base.errors import TimedOut, Unavailable
from entrepot.base.house import House
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.log.store import log_store

T = TypeVar("T")
Value = str | int | float | bytes | None
Values = Mapping[str, Value]

SECONDS = 5.0
"""How long a reader may take."""
STEPS = 5_000
"""Of SQLite's machine, between two looks at the clock: under a millisecond."""


@contextmanager
def opened_log(house: House, *, seconds: float = SECONDS) -> Iterator[Reading | None]:
    """Open the log as it is now, this process's waiting lines included; None if empty.

    Raises:
        TimedOut: It took too long.
        Unavailable: It cannot be read.
    """
    store = log_store(house)
    # What cannot be written now waits on, and its store says so; the rest is readable.
    with suppress(OSError, sqlite3.Error):
        store.flush()
    if not store.path.exists():
        yield None
        return
    with turned_errors(), opened_to_read(store.path) as connection:
        yield Reading(connection, seconds) if is_made(connection) else None


@contextmanager
def turned_errors() -> Iterator[None]:
    """Turn what SQLite says into our words.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read or written.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _turned(error) from error


class Reading:
    """One look at the log: everything asked of it is of the same moment."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + seconds
        self._effort = math.inf
        connection.set_progress_handler(self._is_late, STEPS)
        connection.execute("BEGIN")

    def rows(self, sql: str, values: Values | None = None) -> Iterator[sqlite3.Row]:
        """Yield the answer's rows as they are found."""
        return iter(self._connection.execute(sql, values or {}))

    def row(self, sql: str, values: Values | None = None) -> sqlite3.Row | None:
        """Return the answer's first row."""
        return next(self.rows(sql, values), None)

    def within(self, seconds: float, ask: Callable[[], T]) -> T | None:
        """Return what a function asks of this; None if that takes longer.

        The time is the processor's: others who use the machine do not make it shorter.
        """
        whole = self._effort
        self._effort = time.thread_time() + seconds
        try:
            return ask()
        except sqlite3.OperationalError as error:
            if not _is_interrupted(error) or time.monotonic() > self._deadline:
                raise
            return None
        finally:
            self._effort = whole

    def _is_late(self) -> bool:
        late = time.monotonic() > self._deadline
        return late or time.thread_time() > self._effort


def is_made(connection: sqlite3.Connection) -> bool:
    """Tell whether the file has the log's tables."""
    wanted = "SELECT 1 FROM sqlite_master WHERE name = 'log_minutes'"
    return connection.execute(wanted).fetchone() is not None


def _is_interrupted(error: sqlite3.Error) -> bool:
    return "interrupted" in str(error)


def _turned(error: sqlite3.Error) -> Unavailable:
    if _is_interrupted(error):
        return TimedOut(
            "looking through the log took too long",
            hint="narrow the time, or look for rarer words",
        )
    return Unavailable(
        f"the log cannot be read: {error}",
        hint="look at LOG_DB_PATH; a broken file may be removed, it is made anew",
    )
