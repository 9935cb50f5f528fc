"""One statement's rows, streamed from PostgreSQL under the extended protocol."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import cast

import psycopg
import pyarrow as pa
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.numeric import Int4
from psycopg.types.string import TextLoader

from entrepot.base.errors import Denied, Invalid
from entrepot.base.memory import held
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.postgresql.types import (
    LOADED,
    Result,
    make_batch,
    name_types,
)
from entrepot.connections.dialects.postgresql.watch import Reading
from entrepot.connections.spec import Statement

NOTHING = re.compile(r"(?>\s|;|--[^\r\n]*+|/\*.*?\*/)*+", re.DOTALL)

Row = tuple[object, ...]

LARGE = 2**31
"""An integer from here on is a bigint, as it is in PostgreSQL's SQL."""

PIECE_ROWS = 256
"""Rows that come over the wire before anybody looks at the memory."""

PIECE_BYTES = 128 << 20
"""A batch ends early where the process has grown by so much for it."""


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
        columns = columns_of(reading.connection, statement)
        if not columns:
            raise no_columns()
        cursor = psycopg.RawCursor(reading.connection)
        for column in columns:
            if column.oid not in LOADED:
                cursor.adapters.register_loader(column.oid, TextLoader)
        # `stream` always speaks the extended protocol, which runs one statement.
        rows = cursor.stream(
            statement.sql.encode(),
            listed(statement),
            size=min(options.batch_rows, PIECE_ROWS),
        )
    # psycopg's generator cancels what is still running when it is closed.
    with closing(cast("Generator[Row]", rows)):
        first = _next_batch(reading, rows, columns, options.batch_rows)
        uniform = all(column.is_fixed for column in columns)
        batches = _batches(reading, rows, columns, first, options.batch_rows)
        yield RowStream(first.schema, batches, is_uniform=uniform)


def listed(statement: Statement) -> Sequence[object]:
    """Return a statement's values by position; a number is what it is when written.

    The driver would send 300 as a smallint, whose square is out of range.
    """
    if not isinstance(statement.params, Sequence):
        raise Invalid("PostgreSQL's parameters go by position ($1), not by name")
    return [
        Int4(value) if type(value) is int and -LARGE <= value < LARGE else value
        for value in statement.params
    ]


def columns_of(connection: psycopg.Connection, statement: Statement) -> list[Result]:
    """Compile a statement without running it; return the columns it would give.

    Raises:
        Invalid: There is no statement.
        psycopg.Error: It does not compile, or there are several.
    """
    wire, sql = connection.pgconn, statement.sql
    types = _types_of(connection, listed(statement))
    # An unnamed statement is replaced by the next one; preparing runs nothing.
    prepared = wire.prepare(b"", sql.encode(), types)
    for answer in (prepared, wire.describe_prepared(b"")):
        if answer.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(answer, "utf-8")
    if not answer.nfields and NOTHING.fullmatch(sql):
        raise Invalid("there is no statement")
    found = [
        (answer.fname(n) or b"", answer.ftype(n), answer.fmod(n))
        for n in range(answer.nfields)
    ]
    return name_types(connection, found)


def _types_of(
    connection: psycopg.Connection, values: Sequence[object]
) -> Sequence[int]:
    """Return the types as which values are sent: what is read may have one of them."""
    sending = Transformer(connection)
    sending.dump_sequence(values, [PyFormat.AUTO] * len(values))
    return sending.types or ()


def no_columns() -> Denied:
    """Return the error for a statement that could only be there for its effects."""
    return Denied(
        "only statements that return rows may run here",
        hint="use SELECT; this connection cannot change anything",
    )


def _next_batch(
    reading: Reading, rows: Iterator[Row], columns: list[Result], size: int
) -> pa.RecordBatch:
    with reading.turned(), held() as held_bytes:
        taken: list[Row] = []
        most = held_bytes() + PIECE_BYTES
        while len(taken) < size and held_bytes() <= most:
            wanted = min(PIECE_ROWS, size - len(taken))
            piece = list(islice(rows, wanted))
            taken += piece
            if len(piece) < wanted:
                break
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
        batch = _next_batch(reading, rows, columns, size)
