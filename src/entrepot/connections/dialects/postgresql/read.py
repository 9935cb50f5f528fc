"""One statement's rows, streamed from PostgreSQL under the extended protocol."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import cast

import psycopg
import pyarrow as pa
from psycopg.types.string import TextLoader

from entrepot.base.errors import Denied, Invalid
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.postgresql.types import (
    LOADED,
    Result,
    make_batch,
    name_types,
)
from entrepot.connections.dialects.postgresql.watch import Reading
from entrepot.connections.spec import Statement

NOTHING = re.compile(r"(\s|;|--[^\n]*|/\*.*?\*/)*", re.DOTALL)

Row = tuple[object, ...]


@contextmanager
def open_rows(
    reading: Reading, statement: Statement, options: ReadOptions
) -> Iterator[RowStream]:
    """Give the rows; the first batch is read here, so that most errors come here.

    Raises:
        Invalid: The statement does not compile, or there are several.
        Denied: It returns no rows, so that it could only be there for its effects.
    """
    with reading.turned():
        columns = _compile(reading.connection, statement.sql)
        cursor = psycopg.RawCursor(reading.connection)
        for column in columns:
            if column.oid not in LOADED:
                cursor.adapters.register_loader(column.oid, TextLoader)
        # `stream` always speaks the extended protocol, which runs one statement.
        rows = cursor.stream(
            statement.sql.encode(), _listed(statement), size=options.batch_rows
        )
    # psycopg's generator cancels what is still running when it is closed.
    with closing(cast("Generator[Row]", rows)):
        first = _next_batch(reading, rows, columns, options.batch_rows)
        uniform = all(column.is_fixed for column in columns)
        batches = _batches(reading, rows, columns, first, options.batch_rows)
        yield RowStream(first.schema, batches, is_uniform=uniform)


def _listed(statement: Statement) -> Sequence[object]:
    if not isinstance(statement.params, Sequence):
        raise Invalid("PostgreSQL's parameters go by position ($1), not by name")
    return statement.params


def _compile(connection: psycopg.Connection, sql: str) -> list[Result]:
    wire = connection.pgconn
    # An unnamed statement is replaced by the next one; preparing runs nothing.
    for answer in (wire.prepare(b"", sql.encode()), wire.describe_prepared(b"")):
        if answer.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(answer, "utf-8")
    if answer.nfields == 0:
        raise _no_columns(sql)
    found = [
        (answer.fname(n) or b"", answer.ftype(n), answer.fmod(n))
        for n in range(answer.nfields)
    ]
    return name_types(connection, found)


def _no_columns(sql: str) -> Invalid | Denied:
    if NOTHING.fullmatch(sql):
        return Invalid("there is no statement")
    return Denied(
        "only statements that return rows may run here",
        hint="use SELECT; this connection cannot change anything",
    )


def _next_batch(
    reading: Reading, rows: Iterator[Row], columns: list[Result], size: int
) -> pa.RecordBatch:
    with reading.turned():
        taken = list(islice(rows, size))
    return make_batch(taken, columns)


def _batches(
    reading: Reading,
    rows: Iterator[Row],
    columns: list[Result],
    batch: pa.RecordBatch,
    size: int,
) -> Iterator[pa.RecordBatch]:
    while batch.num_rows:
        yield batch
        if batch.num_rows < size:
            return
        batch = _next_batch(reading, rows, columns, size)
