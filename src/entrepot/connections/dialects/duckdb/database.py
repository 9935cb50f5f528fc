"""A DuckDB database: what it says of itself, its catalogue, its rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from entrepot.base.deadline import Deadline
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.duckdb import catalogue
from entrepot.connections.dialects.duckdb.errors import turn
from entrepot.connections.dialects.duckdb.folder import mark_of
from entrepot.connections.dialects.duckdb.open import Opened
from entrepot.connections.dialects.duckdb.read import open_rows
from entrepot.connections.spec import (
    Greeting,
    Reader,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

LOOK_SECONDS = 20.0
"""Time limit of our own questions to the catalogue."""


class DuckDB:
    """One file, open only while somebody reads, so that its owner may write to it."""

    def __init__(self, target: Target) -> None:
        self._path = Path(target.path)
        self._opened = Opened(target)

    def greet(self) -> Greeting:
        """Open the file and say which DuckDB reads it."""
        started = time.monotonic()
        with self._look() as cursor:
            catalogue.schemas(cursor)
        return Greeting(
            server=f"DuckDB {duckdb.__version__}", seconds=time.monotonic() - started
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

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one SELECT or EXPLAIN and give its rows.

        Dates and times of a batch in which one value has no Arrow form (infinity,
        years before 1 or after 9999) come as text.
        """
        with (
            self._opened.cursor(options.seconds) as cursor,
            Deadline(options.seconds, cursor.interrupt) as deadline,
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
        """Do nothing: the file is closed whenever nobody reads."""

    @contextmanager
    def _look(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with (
            self._opened.cursor(LOOK_SECONDS) as cursor,
            Deadline(LOOK_SECONDS, cursor.interrupt) as deadline,
            deadline.watched(),
            turn(),
        ):
            yield cursor
