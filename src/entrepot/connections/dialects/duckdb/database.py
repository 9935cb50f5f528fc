"""A DuckDB database: what it says of itself, its catalogue, its rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from entrepot.base.deadline import Deadline
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.duckdb import catalogue, changes, plans
from entrepot.connections.dialects.duckdb.apart import Apart
from entrepot.connections.dialects.duckdb.errors import turn
from entrepot.connections.dialects.duckdb.folder import mark_of
from entrepot.connections.dialects.duckdb.open import Opened
from entrepot.connections.dialects.duckdb.read import open_rows
from entrepot.connections.spec import (
    Change,
    Greeting,
    Plan,
    Reader,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

LONG_CALLS = (
    "DuckDB looks at the time only between calls of functions: the console reads in a "
    "process of its own, which is killed, but in previews and small exports of a query "
    "one call over long texts, such as levenshtein, cannot be stopped"
)
"""What no setting of DuckDB's denies."""

COUNTED_BYTES = 1_000_000_000

LOOK_SECONDS = 20.0
"""Time limit of our own questions to the catalogue."""


class DuckDB:
    """One file, open only while somebody reads, so that its owner may write to it.

    What people wrote themselves (`ReadOptions.memory_bytes`) another process reads.

    Args:
        counted_bytes: What DuckDB may take of memory, as far as it counts it.
    """

    def __init__(self, target: Target, *, counted_bytes: int = COUNTED_BYTES) -> None:
        self._path = Path(target.path)
        self._opened = Opened(target, counted_bytes)
        self._apart = Apart(target)

    def greet(self) -> Greeting:
        """Open the file and say which DuckDB reads it."""
        started = time.monotonic()
        with self._look() as cursor:
            catalogue.schemas(cursor)
        return Greeting(
            server=f"DuckDB {duckdb.__version__}",
            seconds=time.monotonic() - started,
            warnings=(LONG_CALLS,),
        )

    def list_schemas(self) -> list[Schema]:
        """Return the file's schemas; `main` is always there."""
        with self._look() as cursor:
            return catalogue.schemas(cursor)

    def list_tables(self, schema: str) -> list[Table]:
        """Return tables and views; counts are DuckDB's own estimates."""
        with self._look() as cursor:
            return catalogue.tables(cursor, schema)

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure from DuckDB's catalogue."""
        with self._look() as cursor:
            return catalogue.structure(cursor, schema, table)

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table and view, by a few questions in all."""
        with self._look() as cursor:
            return catalogue.outline(cursor, schema)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return how DuckDB would run a SELECT, or with `run` how it did."""
        if options.memory_bytes and not options.killable:
            return self._apart.explain(
                statement, options, options.memory_bytes, run=run
            )
        with (
            self._opened.cursor(options.seconds) as cursor,
            Deadline(
                options.seconds, cursor.interrupt, switch=options.switch
            ) as deadline,
            deadline.watched(),
        ):
            return plans.explain(cursor, statement, run=run)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes, while nobody else has the file open."""
        with (
            self._opened.written(options.seconds, options.switch) as connection,
            Deadline(
                options.seconds, connection.interrupt, switch=options.switch
            ) as deadline,
        ):
            return changes.change(connection, deadline, statement, keep=keep)

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one SELECT or EXPLAIN and give its rows.

        Dates and times of a batch in which one value has no Arrow form (infinity,
        years before 1 or after 9999) come as text.
        """
        if options.memory_bytes and not options.killable:
            with self._apart.read(statement, options, options.memory_bytes) as stream:
                yield stream
            return
        with (
            self._opened.cursor(options.seconds) as cursor,
            Deadline(
                options.seconds, cursor.interrupt, switch=options.switch
            ) as deadline,
            open_rows(cursor, deadline, statement, options) as stream,
        ):
            yield stream

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door to one state: nobody can write to the file while it is open."""
        with self._opened.held():
            yield self

    def mark(self) -> str | None:
        """Return what changes whenever one of the files is written."""
        return mark_of(self._path)

    def close(self) -> None:
        """End the processes that read; the file is closed whenever nobody does."""
        self._apart.close()

    @contextmanager
    def _look(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with (
            self._opened.cursor(LOOK_SECONDS) as cursor,
            Deadline(LOOK_SECONDS, cursor.interrupt) as deadline,
            deadline.watched(),
            turn(),
        ):
            yield cursor
