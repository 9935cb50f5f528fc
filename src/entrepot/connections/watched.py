"""A database that is watched: all that is asked of it is a step of whatever runs.

What is read through it is told of besides: which statement, how many rows, how long.
It is one file for all dialects, and no dialect knows of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.base import spans
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


def watched(database: Database, target: Target) -> Database:
    """Return the same database; `StatementRead` is emitted of what it reads."""
    if isinstance(database, KnowsCsn):
        return _WatchedWithCsn(database, target)
    return _Watched(database, target)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A door to one state, whose statements are watched."""

    reader: Reader
    target: Target

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        return _read(self.reader, self.target, statement, options)


class _Watched:
    def __init__(self, database: Database, target: Target) -> None:
        self._database = database
        self._target = target

    def greet(self) -> Greeting:
        with self._step("connect"):
            return self._database.greet()

    def list_schemas(self) -> list[Schema]:
        with self._step("list schemas"):
            return self._database.list_schemas()

    def list_tables(self, schema: str) -> list[Table]:
        with self._step(f"list tables of {schema}"):
            return self._database.list_tables(schema)

    def describe(self, schema: str, table: str) -> Structure:
        with self._step(f"describe {schema}.{table}"):
            return self._database.describe(schema, table)

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        return _read(self._database, self._target, statement, options)

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        with self._database.snapshot(options) as reader:
            yield _Snapshot(reader, self._target)

    def outline(self, schema: str) -> list[Structure]:
        with self._step(f"outline {schema}"):
            return self._database.outline(schema)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        with self._step("explain", statement):
            return self._database.explain(statement, options, run=run)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        with self._step("change", statement) as step:
            change = self._database.change(statement, options, keep=keep)
            step.tell(rows=change.rows, is_kept=keep)
            return change

    def mark(self) -> str | None:
        return self._database.mark()

    def close(self) -> None:
        self._database.close()

    def _step(
        self, name: str, statement: Statement | None = None
    ) -> spans.Span | spans.Nothing:
        return _step(self._target, name, statement)


class _WatchedWithCsn(_Watched):
    _database: Database

    def csn(self, schema: str) -> str | None:
        assert isinstance(self._database, KnowsCsn)
        with self._step(f"csn of {schema}"):
            return self._database.csn(schema)


def _step(
    target: Target, name: str, statement: Statement | None
) -> spans.Span | spans.Nothing:
    made = spans.span("statement", name, connection=target.name, system=target.dialect)
    if statement is not None:
        made.tell(sql=statement.sql)
    return made


@dataclass(slots=True)
class _Clock:
    """What one read took so far: the time of whoever takes its rows is not in it."""

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
    """Read, and tell how many rows were taken; the step ends with the reading."""
    clock = _Clock()
    with _step(target, "", statement) as step:
        try:
            with ExitStack() as stack:
                with clock.running():
                    stream = stack.enter_context(reader.read(statement, options))
                yield replace(stream, batches=clock.batches(stream.batches))
        finally:
            step.tell(rows=clock.rows)
            schema, table = statement.table or ("", "")
            emit(
                StatementRead(
                    connection=target.name,
                    dialect=target.dialect,
                    statement=statement,
                    schema=schema,
                    table=table,
                    rows=clock.rows,
                    seconds=clock.seconds,
                    code=clock.code,
                )
            )
