"""One statement's rows, streamed from MariaDB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pymysql
from pymysql.connections import Connection

from entrepot.base.errors import Denied, Invalid
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.mariadb import wire
from entrepot.connections.dialects.mariadb.types import Result, make_batch, name_types
from entrepot.connections.dialects.mariadb.watch import Reading
from entrepot.connections.spec import Statement

# Nothing of it is tried twice (`*+`): many comments would take as long as one likes.
NOTHING = re.compile(r"(?:[\s;]|(?:--|#)[^\n]*+|/\*(?![!M])(?:[^*]|\*(?!/))*+\*/)*+")

ADMIN_COLUMNS = ("Table", "Op", "Msg_type", "Msg_text")
"""Of ANALYZE, OPTIMIZE, REPAIR and CHECK, which no READ ONLY transaction stops."""


@contextmanager
def open_rows(
    reading: Reading,
    statement: Statement,
    options: ReadOptions,
    *,
    with_cursor: bool = False,
) -> Iterator[RowStream]:
    """Give the rows; the first batch is read here, so that most errors come here.

    Args:
        with_cursor: The server keeps the rows, so that statements run side by side.

    Raises:
        Invalid: The statement does not compile, or there are several.
        Denied: It returns no rows, so that it could only be there for its effects.
    """
    connection, sql = reading.connection, statement.sql
    with reading.turned(sql):
        prepared = prepare_read(connection, sql)
        rows = wire.execute(
            connection, prepared, listed(statement), with_cursor=with_cursor
        )
        reading.is_streaming = not with_cursor
    columns = name_types(rows.fields, statement.columns)
    first = _next_batch(reading, rows, columns, options.batch_rows)
    uniform = all(column.is_fixed for column in columns)
    batches = _batches(reading, rows, columns, first, options.batch_rows)
    yield RowStream(first.schema, batches, is_uniform=uniform)
    if with_cursor:
        with reading.turned():
            wire.forget(connection, prepared.number)


def prepare_read(connection: Connection, sql: str) -> wire.Prepared:
    """Have the server read a statement, which is not run.

    Raises:
        Invalid: There is no statement.
        Denied: It does not read rows.
    """
    prepared = prepare(connection, sql)
    if not prepared.columns or prepared.columns == ADMIN_COLUMNS:
        raise Denied(
            "only statements that read rows may run here",
            hint="use SELECT; this connection cannot change anything",
        )
    return prepared


def prepare(connection: Connection, sql: str) -> wire.Prepared:
    """Have the server read any statement, which is not run.

    Raises:
        Invalid: There is no statement.
    """
    if NOTHING.fullmatch(sql):  # a comment alone would be no error of the server's
        raise Invalid("there is no statement")
    return wire.prepare(connection, sql)


def listed(statement: Statement) -> Sequence[object]:
    """Return a statement's values in the order of their places.

    Raises:
        Invalid: They go by name.
    """
    if not isinstance(statement.params, Sequence):
        raise Invalid("MariaDB's parameters go by position (?), not by name")
    return statement.params


def _next_batch(
    reading: Reading, rows: wire.Result, columns: list[Result], size: int
) -> pa.RecordBatch:
    with reading.turned():
        try:
            taken = wire.take(reading.connection, rows, size)
        except pymysql.Error:  # an error is the end of a result
            rows.is_done = True
            raise
        finally:
            reading.is_streaming = reading.is_streaming and not rows.is_done
    return make_batch(taken, columns)


def _batches(
    reading: Reading,
    rows: wire.Result,
    columns: list[Result],
    batch: pa.RecordBatch,
    size: int,
) -> Iterator[pa.RecordBatch]:
    while batch.num_rows:
        yield batch
        if batch.num_rows < size:
            return
        batch = _next_batch(reading, rows, columns, size)
