"""One statement that writes to an SQLite file, in a connection of its own."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.deadline import STOPPED, Switch
from entrepot.base.errors import (
    EntrepotError,
    Invalid,
    Refused,
    Stopped,
    TimedOut,
)
from entrepot.base.rows import ReadOptions
from entrepot.base.sqlite_guard import LIMITS
from entrepot.connections.dialects.sqlite.errors import out_of_time, told
from entrepot.connections.dialects.sqlite.pool import identity_of
from entrepot.connections.dialects.sqlite.values import bindable
from entrepot.connections.dialects.sqlite.writer import WriterGuard
from entrepot.connections.spec import Change, Statement

LOCKED_SECONDS = 5.0
"""The longest that others are waited for."""

TRY_SECONDS = 0.1
"""How long SQLite waits by itself, deaf to everything else."""

OPCODES_BETWEEN_LOOKS = 20_000
ROWS_AT_ONCE = 1_000
SETTINGS = (
    # Otherwise SQLite would let rows point at nothing.
    "PRAGMA foreign_keys = 1",
    # A transaction that begins to write early would have to wait for readers midway.
    "PRAGMA cache_spill = 0",
)
UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


def change(
    path: Path, statement: Statement, options: ReadOptions, *, keep: bool
) -> Change:
    """Run a statement in a transaction, and commit or undo it.

    Raises:
        Invalid: It does not compile, breaks a constraint, or is none or several.
        Denied: It reaches beyond this file's tables.
        Refused: The file cannot be written.
        Unavailable: Others have it locked.
    """
    identity_of(path)
    with _told(path.name), closing(_connect(path)) as connection:
        clock = _Clock(path.name, time.monotonic() + options.seconds, options.switch)
        guard = WriterGuard(connection)
        connection.set_progress_handler(lambda: clock.is_over, OPCODES_BETWEEN_LOOKS)
        with clock.kept():
            _patiently(connection, clock, "BEGIN IMMEDIATE")
            change = _changed(connection, guard, statement, keep=keep)
            clock.check()
            _patiently(connection, clock, "COMMIT" if keep else "ROLLBACK")
        return change


@dataclass(frozen=True, slots=True)
class _Clock:
    """Until when a change may last, and whether somebody has stopped it."""

    name: str
    ends: float
    switch: Switch | None

    @property
    def is_stopped(self) -> bool:
        return self.switch is not None and self.switch.is_pulled

    @property
    def is_over(self) -> bool:
        return self.is_stopped or time.monotonic() > self.ends

    def check(self) -> None:
        """Raise `Stopped` or `TimedOut` if so."""
        if self.is_stopped:
            raise Stopped(STOPPED)
        if time.monotonic() > self.ends:
            raise out_of_time(self.name)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Say of a change that was stopped that it was, and not that it was slow."""
        self.check()
        try:
            with told(self.name):
                yield
        except TimedOut:
            self.check()
            raise


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=TRY_SECONDS,
        isolation_level=None,
        cached_statements=0,
    )
    for limit, most in LIMITS.items():
        connection.setlimit(limit, most)
    for setting in SETTINGS:
        connection.execute(setting)
    return connection


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say of a file that cannot be written that it is so."""
    try:
        with told(name):
            yield
    except EntrepotError as error:
        cause = error.__cause__
        if not isinstance(cause, sqlite3.Error) or _code(cause) not in UNWRITABLE:
            raise
        raise Refused(
            f"{name} cannot be written",
            hint="let this process write to the file and to its folder",
        ) from cause


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _patiently(connection: sqlite3.Connection, clock: _Clock, sql: str) -> None:
    """Run a word that may have to wait for others, and look at the clock meanwhile."""
    ends = time.monotonic() + LOCKED_SECONDS
    while True:
        try:
            connection.execute(sql)
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
        else:
            return
        clock.check()


def _changed(
    connection: sqlite3.Connection,
    guard: WriterGuard,
    statement: Statement,
    *,
    keep: bool,
) -> Change:
    triggers = _triggers(connection)
    before = connection.total_changes
    with guard.watching() as seen:
        cursor = connection.execute(statement.sql, bindable(statement.params))
        while cursor.fetchmany(ROWS_AT_ONCE):
            pass
    if seen.is_empty:
        raise Invalid("there is no statement")
    rows = None
    warnings = [
        f"the trigger {name} runs too" for name in sorted(seen.inside & triggers)
    ]
    if seen.is_counted:
        (rows,) = connection.execute("SELECT changes()").fetchone()
        if more := connection.total_changes - before - rows:
            warnings.append(f"rows that triggers and foreign keys change too: {more}")
    table = f"main.{seen.table}" if seen.table else ""
    return Change(table=table, rows=rows, is_kept=keep, warnings=tuple(warnings))


def _triggers(connection: sqlite3.Connection) -> set[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return {name for (name,) in found}
