"""Whole tables through ADBC, which makes Arrow of them without Python's objects.

It cannot be interrupted, has no wall of its own and takes a column's type from its
first rows: what comes later is turned into that type, or stops the read. So it serves
only processes that may be killed, only statements that the wall let through, and only
tables in which one look over all rows finds no value of another type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from entrepot.base.columns import column_array, fitted
from entrepot.base.errors import Unavailable
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.sqlite import reading
from entrepot.connections.dialects.sqlite.errors import told
from entrepot.connections.dialects.sqlite.names import quoted
from entrepot.connections.dialects.sqlite.pool import Link
from entrepot.connections.dialects.sqlite.reading import (
    Guarded,
    as_declared,
    field_of,
    text_or_bytes,
)
from entrepot.connections.dialects.sqlite.types import arrow_of, stored_as

if TYPE_CHECKING:
    import pyarrow as pa

READER_ROWS = 16_384
"""Rows from which ADBC takes the types, and which it holds at a time."""

LONG_ROW_BYTES = 4_096
"""Longer rows are left to the reader that makes smaller batches of them."""

_EXACT = 2**53
"""Beyond it a float no longer holds every integer."""


@contextmanager
def read(
    link: Link, guarded: Guarded, options: ReadOptions, *, twin: Any = None
) -> Iterator[RowStream]:
    """Read a table fast if its values let us, else as any other statement.

    Args:
        twin: A connection to read by, which stays open; one of our own when None.
    """
    with ExitStack() as stack:
        stream = None
        if _is_stored(link, guarded) and not _has_long_rows(link, guarded):
            stream = _stream(link, guarded, options, stack, twin)
        if stream is None:
            stream = stack.enter_context(reading.read(link, guarded, options))
        yield stream


def _is_stored(link: Link, guarded: Guarded) -> bool:
    """Say whether a table is meant; ADBC's own SQLite may add up a view otherwise."""
    with told(link.name), link.guard.lifted():
        found = link.connection.execute(
            "SELECT 1 FROM sqlite_master"
            " WHERE type = 'table' AND rootpage > 0 AND name = ?",
            (guarded.table,),
        )
        return found.fetchone() is not None


def _has_long_rows(link: Link, guarded: Guarded) -> bool:
    with told(link.name):
        cursor = link.connection.execute(guarded.sql)
        rows = cursor.fetchmany(reading.FIRST_ROWS)
        cursor.close()
    long = sum(len(v) for row in rows for v in row if isinstance(v, str | bytes))
    return long > LONG_ROW_BYTES * len(rows)


def _stream(
    link: Link, guarded: Guarded, options: ReadOptions, stack: ExitStack, twin: Any
) -> RowStream | None:
    """Return the rows if one look finds their types to agree; else None."""
    import pyarrow as pa
    from adbc_driver_manager import Error
    from adbc_driver_sqlite.dbapi import connect

    sql, columns = guarded.sql, guarded.columns or ()
    with ExitStack() as attempt:
        try:
            # Without autocommit both statements see one state.
            connection = twin or attempt.enter_context(connect(link.uri))
            reader = _execute(connection, sql, attempt)
            first = next(reader, None)
            if first is None or first.num_columns != len(columns):
                return None
            if not _agrees(connection, sql, first, attempt):
                return None
        except (Error, OSError, pa.ArrowInvalid):
            return None
        stack.enter_context(attempt.pop_all())
    wanted = [
        arrow_of(column) or type
        for column, type in zip(columns, first.schema.types, strict=True)
    ]
    fields = [field_of(c, type) for c, type in zip(columns, wanted, strict=True)]
    stored = [stored_as(type) for type in wanted]
    parts = _parts(link, chain([first], reader), stored, options)
    return RowStream(
        schema=pa.schema(fields),
        batches=as_declared(columns, parts),
        is_uniform=_is_sure(first.schema, wanted),
    )


def _execute(connection: Any, sql: str, stack: ExitStack) -> Iterator[pa.RecordBatch]:
    cursor = stack.enter_context(connection.cursor())
    rows = {"adbc.sqlite.query.batch_rows": str(READER_ROWS)}
    cursor.adbc_statement.set_options(**rows)
    cursor.execute(sql)
    reader = cursor.fetch_record_batch()
    stack.callback(reader.close)
    return iter(reader)


def _agrees(connection: Any, sql: str, first: pa.RecordBatch, stack: ExitStack) -> bool:
    """Look for a value that is not of the type ADBC took from the first rows."""
    tests = [
        _other_type(column, name)
        for name, column in zip(first.schema.names, first.columns, strict=True)
    ]
    # The line break ends a comment at the end of the statement.
    look = f"SELECT 1 FROM ({sql}\n) WHERE {' OR '.join(tests)} LIMIT 1"
    cursor = stack.enter_context(connection.cursor())
    cursor.execute(look)
    return cursor.fetchone() is None


def _other_type(first: pa.Array, name: str) -> str:
    """Return SQL that is true of values of another type than these first ones.

    SQLite sorts numbers before text before bytes, which is cheaper to ask than
    `typeof`.
    """
    import pyarrow.types as kinds

    column = quoted(name)
    if first.null_count == len(first):
        return f"{column} IS NOT NULL"
    if kinds.is_int64(first.type):
        return f"{column} >= '' OR typeof({column}) = 'real'"
    if kinds.is_float64(first.type):
        return f"{column} >= '' OR {column} NOT BETWEEN -{_EXACT} AND {_EXACT}"
    if kinds.is_string(first.type):
        return f"{column} < '' OR {column} >= x''"
    return f"{column} < x''"


def _is_sure(found: pa.Schema, wanted: Sequence[pa.DataType]) -> bool:
    """Say whether all will fit; text may turn out to be no date, or no UTF-8."""
    import pyarrow.types as kinds

    return all(
        here == there and not kinds.is_string(here)
        for here, there in zip(found.types, wanted, strict=True)
    )


def _parts(
    link: Link,
    batches: Iterator[pa.RecordBatch],
    stored: Sequence[pa.DataType | None],
    options: ReadOptions,
) -> Iterator[pa.RecordBatch]:
    """Yield no more rows at a time than asked for, as the slow reader would."""
    import pyarrow as pa

    for whole in _unbroken(batches, link.name):
        link.check_time()
        for start in range(0, whole.num_rows, options.batch_rows):
            part = whole.slice(start, options.batch_rows)
            arrays = [
                _checked(array, type)
                for array, type in zip(part.columns, stored, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=whole.schema.names)


def _unbroken(batches: Iterator[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    """Yield the batches; turn a failure among them into ours."""
    import pyarrow as pa

    try:
        yield from batches
    except (OSError, pa.ArrowInvalid) as error:
        hint = "try again; the file may have changed while it was read"
        raise Unavailable(f"{name} could not be read to its end", hint=hint) from error


def _checked(array: pa.Array, stored: pa.DataType | None) -> pa.Array:
    """Return the array with a type though it is empty; text not in UTF-8 is bytes."""
    import pyarrow as pa

    if array.null_count == len(array):
        return pa.nulls(len(array), stored or array.type)
    if pa.types.is_string(array.type):
        try:
            array.validate(full=True)
        except pa.ArrowInvalid:
            raws = array.cast(pa.binary()).to_pylist()
            return column_array([r if r is None else text_or_bytes(r) for r in raws])
    return array if stored is None else fitted(array, stored)
