"""What SQLite says when it fails, as one of our kinds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from entrepot.base.errors import (
    Denied,
    EntrepotError,
    Invalid,
    Refused,
    TimedOut,
    TooMuch,
    Unavailable,
)

_REJECTED = (
    sqlite3.Error,
    sqlite3.Warning,
    # Texts with lone surrogates, and integers beyond 64 bits, do not get to SQLite.
    UnicodeError,
    OverflowError,
    MemoryError,
)

_FAR_CODES = {
    sqlite3.SQLITE_READONLY_ROLLBACK,
    sqlite3.SQLITE_READONLY_RECOVERY,
    sqlite3.SQLITE_READONLY_CANTLOCK,
    sqlite3.SQLITE_READONLY_CANTINIT,
    sqlite3.SQLITE_READONLY_DBMOVED,
}
"""Read-only for a reason of the file's, not because the statement would write."""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what SQLite raises in the block into one of our kinds; `name` the file."""
    try:
        yield
    except _REJECTED as error:
        raise kind_of_failure(error, name) from error


def kind_of_failure(error: Exception, name: str) -> EntrepotError:
    """Return our error for one of SQLite's; its text names the file without a path."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, MemoryError):
        return TooMuch("SQLite stopped: the rows want more memory than it may have")
    if code is None:
        return Invalid(f"SQLite does not take the statement: {error}")
    if code in _FAR_CODES:
        return Unavailable(
            f"{name} was left in the middle of a change",
            hint="open it once with a program that may write, so that SQLite recovers",
        )
    return _by_primary_code(code & 0xFF, str(error), name)


def out_of_time(name: str) -> TimedOut:
    """Return the error for a read that lasted too long."""
    return TimedOut(
        f"{name} did not give all rows in the time allowed",
        hint="ask for fewer rows, or filter by an indexed column",
    )


def _by_primary_code(code: int, said: str, name: str) -> EntrepotError:
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            hint = "another program is writing; try again when it has finished"
            return Unavailable(f"{name} is locked", hint=hint)
        case sqlite3.SQLITE_AUTH | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return Denied("only reading is allowed here", hint="write one SELECT")
        case sqlite3.SQLITE_INTERRUPT:
            return out_of_time(name)
        case sqlite3.SQLITE_NOTADB:
            return Refused(f"{name} is not an SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            return Refused(
                f"{name} is damaged: {said}", hint="restore it from a backup"
            )
        case sqlite3.SQLITE_TOOBIG | sqlite3.SQLITE_NOMEM | sqlite3.SQLITE_FULL:
            return TooMuch(f"SQLite stopped: {said}")
        # SCHEMA comes in place of ERROR from the first statement after a change.
        case (
            sqlite3.SQLITE_ERROR
            | sqlite3.SQLITE_SCHEMA
            | sqlite3.SQLITE_MISMATCH
            | sqlite3.SQLITE_RANGE
        ):
            return Invalid(f"SQLite does not take the statement: {said}")
        case sqlite3.SQLITE_CONSTRAINT:
            return Invalid(f"SQLite does not take the statement: {said}")
        case _:
            return Unavailable(f"{name} cannot be read now: {said}")
