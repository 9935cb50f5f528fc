"""One statement's rows, fetched from HANA in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from entrepot.base.errors import Denied, Invalid
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.hana.driver import Cursor
from entrepot.connections.dialects.hana.gate import check_count, check_reading
from entrepot.connections.dialects.hana.types import Result, make_batch, name_types
from entrepot.connections.dialects.hana.watch import Reading, run
from entrepot.connections.spec import Statement


@contextmanager
def open_rows(
    reading: Reading, statement: Statement, options: ReadOptions
) -> Iterator[RowStream]:
    """Give the rows; the first batch is read here, so that most errors come here.

    Raises:
        Invalid: The statement does not compile, or there are several.
        Denied: It is no SELECT, or returns no rows.
    """
    check_reading(statement.sql)
    values = listed(statement)
    with reading.cursor() as cursor:
        with reading.turned(statement.sql):
            cursor.setfetchsize(min(options.batch_rows, 32_767))
            run(cursor, statement.sql, values)
        columns = _columns(cursor, reading)
        first = _next_batch(reading, cursor, columns, options.batch_rows)
        batches = _batches(reading, cursor, columns, first, options.batch_rows)
        uniform = all(column.wanted is not None for column in columns)
        yield RowStream(first.schema, batches, is_uniform=uniform)


def listed(statement: Statement) -> Sequence[object]:
    """Return a statement's values in the order of their places.

    Raises:
        Invalid: They are given by name, or are not as many as places.
    """
    if not isinstance(statement.params, Sequence):
        raise Invalid("HANA's parameters go by position (?), not by name")
    check_count(statement.sql, statement.params)
    return tuple(statement.params)


def _columns(cursor: Cursor, reading: Reading) -> list[Result]:
    if not cursor.description:
        reading.is_spoiled = True  # whatever it was, it may have changed the session
        raise Denied(
            "only statements that return rows may run here",
            hint="use SELECT; this connection cannot change anything",
        )
    return name_types(cursor.description)


def _next_batch(
    reading: Reading, cursor: Cursor, columns: list[Result], size: int
) -> pa.RecordBatch:
    with reading.turned():
        taken = cursor.fetchmany(size)
    return make_batch(taken, columns)


def _batches(
    reading: Reading,
    cursor: Cursor,
    columns: list[Result],
    batch: pa.RecordBatch,
    size: int,
) -> Iterator[pa.RecordBatch]:
    while batch.num_rows:
        yield batch
        if batch.num_rows < size:
            return
        batch = _next_batch(reading, cursor, columns, size)
