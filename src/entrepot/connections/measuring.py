"""A door that tells what was read through it: which statement, how many rows, how long.

It is one file for all dialects, and no dialect knows of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.base.errors import EntrepotError
from entrepot.base.events import emit
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.events import StatementRead
from entrepot.connections.spec import (
    Change,
    Database,
    Greeting,
    KnowsCsn,
    Plan,
    Reader,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

if TYPE_CHECKING:
    import pyarrow as pa


def measured(database: Database, target: Target) -> Database:
    """Return a door to the same database that emits `StatementRead`."""
    if isinstance(database, KnowsCsn):
        return MeasuredWithCsn(database, target)
    return Measured(database, target)


@dataclass(frozen=True, slots=True)
class MeasuredReader:
    """A reader whose statements are measured."""

    reader: Reader
    target: Target

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        """Run one statement and give its rows."""
        return _read(self.reader, self.target, statement, options)


@dataclass(frozen=True, slots=True)
class Measured:
    """A database whose reads are measured; all else is the database's own."""

    database: Database
    target: Target

    def greet(self) -> Greeting:
        """Ask for the version, look at the role."""
        return self.database.greet()

    def list_schemas(self) -> list[Schema]:
        """Return the schemas people may read."""
        return self.database.list_schemas()

    def list_tables(self, schema: str) -> list[Table]:
        """Return tables and views."""
        return self.database.list_tables(schema)

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure."""
        return self.database.describe(schema, table)

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        """Run one statement and give its rows."""
        return _read(self.database, self.target, statement, options)

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door through which all statements see one state."""
        with self.database.snapshot(options) as reader:
            yield MeasuredReader(reader, self.target)

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table."""
        return self.database.outline(schema)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return how the database would run a statement."""
        return self.database.explain(statement, options, run=run)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes."""
        return self.database.change(statement, options, keep=keep)

    def mark(self) -> str | None:
        """Return a text that differs whenever what is read may differ."""
        return self.database.mark()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class MeasuredWithCsn(Measured):
    """The same of a database that keeps descriptions of data products."""

    def csn(self, schema: str) -> str | None:
        """Return the CSN document of a data product's schema."""
        assert isinstance(self.database, KnowsCsn)
        return self.database.csn(schema)


@dataclass(slots=True)
class _Watch:
    """What one read took so far."""

    seconds: float = 0.0
    rows: int = 0
    code: str = ""

    @contextmanager
    def running(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        except EntrepotError as error:
            self.code = error.code()
            raise
        except Exception as error:
            self.code = type(error).__name__
            raise
        finally:
            self.seconds += time.perf_counter() - began

    def batches(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        while True:
            with self.running():
                batch = next(batches, None)
            if batch is None:
                return
            self.rows += batch.num_rows
            yield batch


@contextmanager
def _read(
    reader: Reader, target: Target, statement: Statement, options: ReadOptions
) -> Iterator[RowStream]:
    watch = _Watch()
    try:
        with ExitStack() as stack:
            with watch.running():
                stream = stack.enter_context(reader.read(statement, options))
            yield replace(stream, batches=watch.batches(stream.batches))
    finally:
        schema, table = statement.table or ("", "")
        emit(
            StatementRead(
                connection=target.name,
                dialect=target.dialect,
                statement=statement,
                schema=schema,
                table=table,
                rows=watch.rows,
                seconds=watch.seconds,
                code=watch.code,
            )
        )
