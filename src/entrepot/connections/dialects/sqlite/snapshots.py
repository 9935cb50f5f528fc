"""Statements that see one state of an SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.sqlite import fast, reading
from entrepot.connections.dialects.sqlite.errors import told
from entrepot.connections.dialects.sqlite.pool import Link
from entrepot.connections.dialects.sqlite.values import bindable
from entrepot.connections.spec import Statement

TRIES = 5
"""So often the two readers are brought to one state while others write."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a link sees in its transaction.

    Attributes:
        is_shared: Several statements are to see this one state.
        twin: The fast reader's connection, at the same state.
    """

    link: Link
    is_shared: bool = False
    twin: Any = None

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one statement behind the wall."""
        link, params = self.link, bindable(statement.params)
        with told(link.name):
            functions = link.guard.examine(statement.sql, params)
        guarded = reading.Guarded(
            sql=statement.sql,
            params=params,
            functions=functions,
            columns=statement.columns,
            table=statement.table[1] if statement.table else None,
        )
        with ExitStack() as stack:
            if self._may_be_fast(statement, options):
                rows = fast.read(link, guarded, options, twin=self.twin)
            else:
                rows = reading.read(link, guarded, options)
            yield stack.enter_context(rows)

    def _may_be_fast(self, statement: Statement, options: ReadOptions) -> bool:
        return (
            options.killable
            and (self.twin is not None or not self.is_shared)
            and statement.table is not None
            and statement.columns is not None
            and not statement.params
        )


@contextmanager
def twin_of(link: Link) -> Iterator[Any]:
    """Give a connection of the fast reader at the state that the link sees.

    It is None where others write so often that both never meet; the link may see a
    newer state than before.
    """
    from adbc_driver_manager import Error
    from adbc_driver_sqlite.dbapi import connect

    with ExitStack() as stack:
        try:
            twin = stack.enter_context(connect(link.uri))
            watcher = stack.enter_context(closing(_connect(link)))
            yield twin if _meet(link, twin, watcher) else None
        except Error:
            yield None


def _connect(link: Link) -> sqlite3.Connection:
    return sqlite3.connect(link.uri, uri=True, isolation_level=None)


def _meet(link: Link, twin: Any, watcher: sqlite3.Connection) -> bool:
    # The watcher's number changes whenever another connection has committed.
    # https://www.sqlite.org/pragma.html#pragma_data_version
    for _ in range(TRIES):
        before = _version(watcher)
        link.renew()
        twin.rollback()
        with twin.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master")
            cursor.fetchall()
        if _version(watcher) == before:
            return True
    return False


def _version(watcher: sqlite3.Connection) -> int:
    (number,) = watcher.execute("PRAGMA data_version").fetchone()
    return int(number)
