"""The wall around a connection that may write: this file's tables, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from entrepot.base.errors import Denied
from entrepot.base.sqlite_guard import FUNCTIONS

FORBIDDEN = {
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_DETACH: "DETACH",
    sqlite3.SQLITE_PRAGMA: "PRAGMA",
    sqlite3.SQLITE_SAVEPOINT: "a savepoint",
    sqlite3.SQLITE_TRANSACTION: "a transaction",
}
PRAGMAS_OF_VIRTUAL_TABLES = ("data_version", "table_info", "page_size", "page_count")
FORBIDDEN_TABLES = ("sqlite_dbpage",)
"""Raw pages: whoever writes them can break the file."""

UNTOLD = ("sqlite_master", "sqlite_temp_master", "sqlite_stat")
"""Beginnings of tables that SQLite writes for itself, whatever the statement is."""

COUNTED = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
NAMED = {
    sqlite3.SQLITE_CREATE_TABLE: 0,
    sqlite3.SQLITE_CREATE_VTABLE: 0,
    sqlite3.SQLITE_CREATE_VIEW: 0,
    sqlite3.SQLITE_DROP_TABLE: 0,
    sqlite3.SQLITE_DROP_VTABLE: 0,
    sqlite3.SQLITE_DROP_VIEW: 0,
    sqlite3.SQLITE_ALTER_TABLE: 1,
    sqlite3.SQLITE_CREATE_INDEX: 1,
    sqlite3.SQLITE_CREATE_TRIGGER: 1,
    sqlite3.SQLITE_DROP_INDEX: 1,
    sqlite3.SQLITE_DROP_TRIGGER: 1,
}
"""Which of an action's two names is the table's, or the view's."""
# https://www.sqlite.org/c3ref/c_alter_table.html

INTERNAL = ("sqlite_rename_", "sqlite_drop_", "sqlite_add_", "stat_")
"""Beginnings of functions that SQLite calls itself for ALTER TABLE and ANALYZE.

It knows them in no statement of ours.
"""


@dataclass(slots=True)
class Seen:
    """What SQLite said it would do, while it compiled a statement.

    Attributes:
        written: The first table whose rows it writes.
        defined: The first that it makes, alters or drops.
        inside: Names of views and triggers on whose behalf it does something.
    """

    is_empty: bool = True
    written: str = ""
    defined: str = ""
    inside: set[str] = field(default_factory=set)

    @property
    def is_counted(self) -> bool:
        """Tell whether the statement writes rows, and nothing else."""
        return bool(self.written) and not self.defined

    @property
    def table(self) -> str:
        """Return the table that the statement is about; empty if none."""
        return self.defined or self.written


class WriterGuard:
    """The authorizer of one connection that may write."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._seen: Seen | None = None
        self._denied = ""
        connection.set_authorizer(self._authorize)

    @contextmanager
    def watching(self) -> Iterator[Seen]:
        """Run one statement of somebody's behind the wall, and see what it does.

        Raises:
            Denied: It reaches for what is not allowed.
        """
        self._seen, self._denied = Seen(), ""
        try:
            yield self._seen
        except sqlite3.DatabaseError as error:
            if self._denied:
                raise Denied(
                    f"{self._denied} is not allowed here",
                    hint="write one statement that changes tables of this file",
                ) from error
            raise
        finally:
            self._seen = None

    def _authorize(
        self,
        action: int,
        first: str | None,
        second: str | None,
        database: str | None,
        inside: str | None,
    ) -> int:
        if self._seen is None:
            return sqlite3.SQLITE_OK
        self._see(self._seen, action, (first or "", second or ""), inside)
        why_not = _why_not(action, first or "", second or "")
        self._denied = self._denied or why_not
        return sqlite3.SQLITE_DENY if why_not else sqlite3.SQLITE_OK

    def _see(
        self, seen: Seen, action: int, names: tuple[str, str], inside: str | None
    ) -> None:
        seen.is_empty = False
        if inside:
            seen.inside.add(inside)
        elif names[0].startswith(UNTOLD):
            return
        elif action in COUNTED:
            seen.written = seen.written or names[0]
        elif action in NAMED:
            seen.defined = seen.defined or names[NAMED[action]]


def _why_not(action: int, first: str, second: str) -> str:
    """Return what is forbidden about an action; empty if nothing is."""
    if action == sqlite3.SQLITE_PRAGMA and first in PRAGMAS_OF_VIRTUAL_TABLES:
        return ""
    if action == sqlite3.SQLITE_FUNCTION:
        name = second.lower()
        is_known = name in FUNCTIONS or name.startswith(INTERNAL)
        return "" if is_known else f"the function {second}"
    if first.lower() in FORBIDDEN_TABLES:
        return f"the table {first}"
    return FORBIDDEN.get(action, "")
