"""A database whose statements are steps of whatever runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.base import spans
from entrepot.base.rows import ReadOptions, RowStream
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


def traced(database: Database, target: Target) -> Database:
    """Return the same database; each thing asked of it is a step."""
    if isinstance(database, KnowsCsn):
        return _TracedWithCsn(database, target)
    return _Traced(database, target)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A door to one state, whose statements are steps."""

    reader: Reader
    target: Target

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        return _read(self.reader, self.target, statement, options)


class _Traced:
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


class _TracedWithCsn(_Traced):
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


@contextmanager
def _read(
    reader: Reader, target: Target, statement: Statement, options: ReadOptions
) -> Iterator[RowStream]:
    """Read, and tell how many rows were taken; the step ends with the reading."""
    with _step(target, "", statement) as step:
        if step is spans.NOTHING:
            with reader.read(statement, options) as stream:
                yield stream
            return
        rows = 0

        def counted(stream: RowStream) -> RowStream:
            def batches() -> Iterator[pa.RecordBatch]:
                nonlocal rows
                for batch in stream.batches:
                    rows += batch.num_rows
                    yield batch

            return replace(stream, batches=batches())

        try:
            with reader.read(statement, options) as stream:
                yield counted(stream)
        finally:
            step.tell(rows=rows)
