"""SQLite: a file with one schema, whose values have types and whose columns wish."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from entrepot.base.errors import Denied, Invalid
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.sqlite import changes, plans, structure
from entrepot.connections.dialects.sqlite.errors import told
from entrepot.connections.dialects.sqlite.marks import mark_of
from entrepot.connections.dialects.sqlite.pool import Pool
from entrepot.connections.dialects.sqlite.snapshots import Snapshot, twin_of
from entrepot.connections.spec import (
    Change,
    Dialect,
    Greeting,
    Plan,
    Reader,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect

T = TypeVar("T")

STRUCTURE_SECONDS = 10.0
"""Time limit for a look at what is there."""


class SqliteDatabase:
    """A pool of guarded connections to one file."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pool = Pool(_path(target), target.pool_count, target.connect_seconds)

    def greet(self) -> Greeting:
        """Open the file and read its schema once."""
        begun = time.perf_counter()
        self._look(structure.describe_schema)
        return Greeting(
            server=f"SQLite {sqlite3.sqlite_version}",
            seconds=time.perf_counter() - begun,
        )

    def list_schemas(self) -> list[Schema]:
        """Return the one schema, `main`."""
        return [self._look(structure.describe_schema)]

    def list_tables(self, schema: str) -> list[Table]:
        """Return tables and views by name."""
        structure.check_schema(schema)
        return self._look(structure.list_tables)

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure."""
        structure.check_schema(schema)
        return self._look(lambda connection: structure.describe(connection, table))

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table and view."""
        structure.check_schema(schema)
        return self._look(structure.outline)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return how SQLite would run a SELECT; it tells nothing more with `run`."""
        with self._pool.lend(options.seconds, options.switch) as link:
            return plans.explain(link, statement)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes, in a connection of its own.

        Raises:
            Denied: Nobody writes to this file from here.
        """
        if self._target.is_read_only:
            raise Denied(f"{self._target.name} can only be read")
        return changes.change(self._pool.path, statement, options, keep=keep)

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one statement behind the wall, in a transaction of its own."""
        with (
            self._pool.lend(options.seconds, options.switch) as link,
            link.limited(options.memory_bytes),
            Snapshot(link).read(statement, options) as stream,
        ):
            yield stream

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door to one state of the file; the fast reader sees the same one."""
        with (
            self._pool.lend(options.seconds, options.switch) as link,
            ExitStack() as stack,
        ):
            twin = stack.enter_context(twin_of(link)) if options.killable else None
            yield Snapshot(link, is_shared=True, twin=twin)

    def mark(self) -> str | None:
        """Return what changes with each commit, of the file and the log beside it."""
        return mark_of(self._pool.path)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _look(self, at: Callable[[sqlite3.Connection], T]) -> T:
        with (
            self._pool.lend(STRUCTURE_SECONDS) as link,
            told(link.name),
            link.guard.lifted(),
        ):
            return at(link.connection)


def _path(target: Target) -> Path:
    if target.path in ("", ":memory:"):
        raise Invalid(
            f"the address of {target.name} names no file",
            hint="write sqlite:////absolute/path.db",
        )
    return Path(target.path).absolute()


def _sql() -> SqlDialect:
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

    return SQLiteDialect_pysqlite(paramstyle="qmark")


DIALECT = Dialect(
    name="sqlite",
    summary="An SQLite file.",
    example="sqlite:////data/shop.db",
    is_file=True,
    suffixes=(".db", ".db3", ".sqlite", ".sqlite3"),
    sql=_sql,
    open=SqliteDatabase,
)
