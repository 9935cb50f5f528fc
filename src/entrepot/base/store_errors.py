"""What a driver says of our own database, and whether trying again may help."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from entrepot.base.errors import (
    DatabaseConnectionError,
    DatabaseUnusable,
    EntrepotError,
    TimedOut,
)

Kind = Literal["reach", "crowd", "clash", "time", "room", "entry"]
"""Not reached, too many at once, in each other's way, too slow, no room, not let in."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a driver's error means.

    Attributes:
        said: In our words; the driver's may hold addresses, SQL and values.
    """

    kind: Kind
    said: str
    hint: str = ""

    @property
    def is_retryable(self) -> bool:
        """Tell whether the same may work in a moment."""
        return self.kind in ("reach", "crowd", "clash")


_LOST = Trouble("reach", "Connection lost")
_REFUSED = Trouble("reach", "Connection refused")
_LATE = Trouble("reach", "Connection timeout")
_FAILED = Trouble("reach", "Connection failed")
_NOT_READY = Trouble("reach", "Server not ready")
_MANY = Trouble("crowd", "Too many connections")
_POOL = Trouble("crowd", "Connection pool timeout")
_LOCKED = Trouble("clash", "Database locked")
_NO_FILE = Trouble("reach", "Database file cannot be opened")
_TIME = Trouble("time", "the statement took longer than it was given")
_FULL = Trouble("room", "its disk is full", "free some space; nothing was changed")
_READ_ONLY = Trouble("room", "it can only be read", "look at the file's permissions")
_DISK = Trouble("room", "its disk fails", "look at the system's log")
_ENTRY = Trouble(
    "entry", "it does not let us in", "look at user, password and name in DATABASE_URL"
)

STATES = {
    "08": _LOST,
    "57P01": Trouble("reach", "Server shut down"),
    "57P02": Trouble("reach", "Server crashed"),
    "57P03": _NOT_READY,
    "40001": Trouble("clash", "Transactions in each other's way"),
    "40P01": Trouble("clash", "Deadlock"),
    "53300": _MANY,
    "57014": _TIME,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "28": _ENTRY,
    "3D000": _ENTRY,
}
"""By SQLSTATE, or its class."""
# https://www.postgresql.org/docs/current/errcodes-appendix.html

WORDS = (
    (("authentication failed", "no pg_hba.conf entry", "does not exist"), _ENTRY),
    (("no password supplied", "not permitted to log in"), _ENTRY),
    (("too many clients", "too many connections", "connection slots"), _MANY),
    (("starting up", "shutting down", "recovery mode"), _NOT_READY),
    (("refused", "no such file"), _REFUSED),
    (("timeout", "timed out"), _LATE),
    (("closed", "lost", "reset by peer", "broken pipe", "terminated"), _LOST),
)
"""Words of PostgreSQL's client where there is no SQLSTATE, the first found counts."""

CODES = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CANTOPEN: _NO_FILE,
    sqlite3.SQLITE_INTERRUPT: _TIME,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _DISK,
}
"""By SQLite's primary result code."""

MESSAGES = (
    ("database is locked", _LOCKED),
    ("database table is locked", _LOCKED),
    ("unable to open database file", _NO_FILE),
    ("disk is full", _FULL),
    ("readonly database", _READ_ONLY),
)
"""By SQLite's words, where an error came without its code."""


def find_trouble(error: BaseException) -> Trouble | None:
    """Return what an error of the database means; None if it is the caller's.

    The class says little: "no such table" and "database is locked" have the same.
    """
    if isinstance(error, DatabaseConnectionError):
        return Trouble("reach", error.detail)
    if isinstance(error, PoolTimeout):
        return _POOL
    if isinstance(error, DBAPIError):
        found = _of_driver(error.orig) if error.orig is not None else None
        return found or (_LOST if error.connection_invalidated else None)
    if isinstance(error, ConnectionRefusedError):
        return _REFUSED
    if isinstance(error, ConnectionError):
        return _LOST
    return _of_driver(error)


def _of_driver(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    state: str | None = getattr(error, "sqlstate", None)
    if state:
        return STATES.get(state) or STATES.get(state[:2])
    # Without importing psycopg, which a house on SQLite never needs.
    kinds = {f"{c.__module__}.{c.__name__}" for c in type(error).__mro__}
    if "psycopg.OperationalError" in kinds:
        said = str(error).lower()
        found = (t for words, t in WORDS if any(word in said for word in words))
        return next(found, _FAILED)
    return None


def _of_sqlite(error: sqlite3.Error) -> Trouble | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return CODES.get(code & 0xFF)
    said = str(error)
    return next((trouble for words, trouble in MESSAGES if words in said), None)


def explain(error: BaseException) -> EntrepotError | None:
    """Return one of our errors for a driver's; None if it is a fault of ours."""
    trouble = find_trouble(error)
    if trouble is None:
        return None
    if trouble.kind == "time":
        return TimedOut(f"our own database: {trouble.said}")
    if trouble.is_retryable:
        return DatabaseConnectionError(
            f"our own database cannot be used now: {trouble.said}",
            hint="try again in a moment",
        )
    return DatabaseUnusable(
        f"our own database will not do it: {trouble.said}", hint=trouble.hint or None
    )
