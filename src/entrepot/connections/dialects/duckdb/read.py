"""One statement's rows, as Arrow straight from DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from entrepot.base.deadline import Deadline
from entrepot.base.errors import Denied, Invalid
from entrepot.base.positions import placed_behind
from entrepot.base.rows import BATCH_ROWS, ReadOptions, RowStream
from entrepot.connections.dialects.duckdb.errors import turn
from entrepot.connections.dialects.duckdb.types import (
    Result,
    make_batch,
    plan_results,
    select_results,
)
from entrepot.connections.spec import Statement

PLAN = "EXPLAIN "
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


@contextmanager
def open_rows(
    cursor: duckdb.DuckDBPyConnection,
    deadline: Deadline,
    statement: Statement,
    options: ReadOptions,
) -> Iterator[RowStream]:
    """Give the rows; the first batch is read here, so that most errors come here.

    Raises:
        Invalid: The statement does not compile, or there are several.
        Denied: It is neither SELECT nor EXPLAIN.
    """
    with deadline.watched(), turn(statement.sql):
        relation = _compile(cursor, statement)
        results = plan_results(relation)
        reader = select_results(relation, results).to_arrow_reader(BATCH_ROWS)
    with _closing(cursor, reader):
        batches = _batches(reader, deadline, results, options.batch_rows)
        first = next(batches, None)
        if first is None:
            first = _made(_nothing(reader.schema), results)
        uniform = all(result.is_fixed for result in results)
        yield RowStream(first.schema, _again(first, batches), is_uniform=uniform)


@contextmanager
def _closing(
    cursor: duckdb.DuckDBPyConnection, reader: pa.RecordBatchReader
) -> Iterator[None]:
    try:
        yield
    finally:
        # A reader left open keeps the file open, and the next opening would wait for
        # it without end; closing one reads all the rest, unless it is interrupted.
        cursor.interrupt()
        reader.close()


def _compile(
    cursor: duckdb.DuckDBPyConnection, statement: Statement
) -> duckdb.DuckDBPyRelation:
    if kind_of(only_statement(cursor, statement.sql)) not in READING:
        raise Denied(
            "only SELECT and EXPLAIN may run here",
            hint="this connection cannot change anything",
        )
    sql = _without_end(statement.sql)
    params = listed(statement)
    try:
        relation = cursor.sql(sql, params=params or None)
    except duckdb.Error:
        _locate(cursor, sql, params)
        raise
    if relation is None:
        raise Invalid("the statement gives no rows")
    return relation


def _locate(cursor: duckdb.DuckDBPyConnection, sql: str, params: list[object]) -> None:
    """Have a plan refused, which says where; a relation does not."""
    asked = PLAN + sql
    with placed_behind(PLAN), turn(asked):
        cursor.execute(asked, params)


def only_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Return the one statement that a text is; nothing runs.

    Raises:
        Invalid: It is none, or several.
        duckdb.Error: It is no SQL.
    """
    sql.encode()  # half a surrogate pair is no text: a UnicodeError, and no TypeError
    found = connection.extract_statements(sql)
    if len(found) != 1:
        raise Invalid(f"one statement is wanted, not {len(found)}")
    return found[0]


def kind_of(statement: duckdb.Statement) -> duckdb.StatementType:
    """Return a statement's kind; INVALID for one that DuckDB's own list leaves out."""
    try:
        return statement.type
    except ValueError:
        return duckdb.StatementType.INVALID


def listed(statement: Statement) -> list[object]:
    """Return a statement's values by position."""
    if isinstance(statement.params, Mapping):
        raise Invalid("DuckDB's parameters go by position ($1), not by name")
    return list(statement.params)


def _without_end(sql: str) -> str:
    # DuckDB sets the text of a relation into another, where `; -- x` is an error.
    text = sql.encode()
    end = len(text)
    for start, kind in reversed(duckdb.tokenize(sql)):
        if kind != duckdb.token_type.comment and text[start : start + 1] != b";":
            break
        end = start
    return text[:end].decode()


def _batches(
    reader: pa.RecordBatchReader,
    deadline: Deadline,
    results: list[Result],
    size: int,
) -> Iterator[pa.RecordBatch]:
    """Cut what DuckDB gives into full batches; its own may be shorter or longer."""
    table = _nothing(reader.schema)
    for batch in _read(reader, deadline):
        table = pa.concat_tables([table, pa.table(batch)])
        while table.num_rows >= size:
            with deadline.watched():
                yield _made(table.slice(0, size), results)
            table = table.slice(size)
    if table.num_rows:
        yield _made(table, results)


def _read(reader: pa.RecordBatchReader, deadline: Deadline) -> Iterator[pa.RecordBatch]:
    while True:
        with deadline.watched(), turn():
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return
        yield batch


def _made(table: pa.Table, results: list[Result]) -> pa.RecordBatch:
    with turn():
        return make_batch(table, results)


def _nothing(schema: pa.Schema) -> pa.Table:
    return schema.empty_table()


def _again(
    first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    if first.num_rows:
        yield first
    yield from rest
