"""Rows of a guarded statement as Arrow, each value as SQLite holds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from entrepot.base.columns import column_array, fitted, unique_names
from entrepot.base.memory import held
from entrepot.base.rows import DB_TYPE, ReadOptions, RowStream
from entrepot.base.sqlite_guard import LONG_CALLS, UNSTEADY
from entrepot.connections.dialects.sqlite.errors import told
from entrepot.connections.dialects.sqlite.pool import Link
from entrepot.connections.dialects.sqlite.types import arrow_of, column_of, stored_as
from entrepot.connections.dialects.sqlite.values import Params
from entrepot.connections.spec import Column

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_ROWS = 512
"""Rows turned at a time: few enough to stay in the processor's cache."""

FIRST_ROWS = 64
"""Rows turned first, to see how large they are."""

BLOCK_BYTES = 4 << 20
"""What a block should have at the most, if its rows are like those before."""

PIECE_ROWS = 8
"""Rows that are fetched between two looks at the memory."""

PIECE_BYTES = 64 << 20
"""A block ends early where the process has grown by so much for it."""

BATCH_BYTES = 16 << 20
"""A batch ends here though it could have more rows; cells may have megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A statement that the wall let through."""

    sql: str
    params: Params
    functions: frozenset[str]
    columns: tuple[Column, ...] | None
    table: str | None


@contextmanager
def read(link: Link, guarded: Guarded, options: ReadOptions) -> Iterator[RowStream]:
    """Run a statement and give its rows, as far as they are read."""
    declared = _declared_types(link, guarded)
    is_long = guarded.functions & LONG_CALLS
    with (
        link.watched() if is_long else nullcontext(),
        closing(_Rows(link, guarded)) as rows,
    ):
        columns = _result_columns(rows.names, guarded, declared)
        batches = as_declared(columns, _batches(rows, columns, options))
        first = next(batches, None)
        yield RowStream(
            schema=_schema(columns, first),
            batches=batches if first is None else chain([first], batches),
        )


class _Rows:
    """The rows of a cursor in blocks; text that is not UTF-8 comes as bytes.

    Python's reader stops at such text, and a reader that checks each text costs half
    as much again. So the statement runs once more from there, with the check, in the
    same transaction: it gives the same rows in the same order, unless it calls what
    answers otherwise each time; then the check is on from the beginning.

    Attributes:
        is_over: There are no more rows than were given.
    """

    def __init__(self, link: Link, guarded: Guarded) -> None:
        self._link, self._guarded = link, guarded
        self._given = 0
        self.is_over = False
        self._run(is_checked=bool(guarded.functions & UNSTEADY))
        self.names = unique_names([line[0] for line in self._cursor.description])

    def next(self, rows: int) -> list[tuple[object, ...]]:
        """Return the next so many rows; fewer at the end."""
        with told(self._link.name):
            block = self._fetch(rows)
        self._given += len(block)
        self._link.check_time()
        return block

    def close(self) -> None:
        self._cursor.close()

    def _run(self, *, is_checked: bool) -> None:
        self._link.connection.text_factory = text_or_bytes if is_checked else str
        with told(self._link.name):
            self._cursor = self._link.connection.execute(
                self._guarded.sql, self._guarded.params
            )

    def _fetch(self, rows: int) -> list[tuple[object, ...]]:
        try:
            return self._fetch_pieces(rows)
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
        self._run(is_checked=True)
        for _ in islice(self._cursor, self._given):
            pass
        return self._fetch_pieces(rows)

    def _fetch_pieces(self, rows: int) -> list[tuple[object, ...]]:
        """Fetch so many rows, or fewer where they are large: a cell may have 100 MB."""
        block: list[tuple[object, ...]] = []
        with held() as held_bytes:
            most = held_bytes() + PIECE_BYTES
            while len(block) < rows:
                wanted = min(PIECE_ROWS, rows - len(block))
                piece = self._cursor.fetchmany(wanted)
                block += piece
                self._link.check_time()
                self.is_over = len(piece) < wanted
                if self.is_over or held_bytes() > most:
                    break
        return block


def text_or_bytes(raw: bytes) -> str | bytes:
    """Return bytes as text if they are UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def field_of(column: Column, type: pa.DataType) -> pa.Field:
    """Return the field of a column, with the database's own word for its type."""
    import pyarrow as pa

    return pa.field(column.name, type, metadata={DB_TYPE: column.type.encode()})


def _declared_types(link: Link, guarded: Guarded) -> list[str]:
    """Return the declared types behind a statement's columns; empty if unknown.

    A view knows them, so the statement becomes one for a moment, in memory.
    """
    if guarded.columns is not None or guarded.params:
        return []
    run = link.connection.execute
    with link.guard.lifted():
        run("PRAGMA query_only = 0")
        try:
            run(f"CREATE TEMP VIEW entrepot_asks AS {guarded.sql}")
            found = run("PRAGMA temp.table_info(entrepot_asks)").fetchall()
            run("DROP VIEW temp.entrepot_asks")
            return [line[2] for line in found]
        except sqlite3.Error:
            return []
        finally:
            run("PRAGMA query_only = 1")


def _result_columns(
    names: Sequence[str], guarded: Guarded, declared: Sequence[str]
) -> list[Column]:
    if guarded.columns is not None and len(guarded.columns) == len(names):
        return list(guarded.columns)
    types = declared if len(declared) == len(names) else [""] * len(names)
    return [
        column_of(name, position, type)
        for position, (name, type) in enumerate(zip(names, types, strict=True), start=1)
    ]


def _batches(
    rows: _Rows, columns: Sequence[Column], options: ReadOptions
) -> Iterator[pa.RecordBatch]:
    """Yield batches of blocks; one ends early where types change or cells are long."""
    import pyarrow as pa

    blocks = _Blocks(rows, columns)
    held: list[pa.RecordBatch] = []
    room, size = options.batch_rows, 0
    while (block := blocks.next(room)).num_rows:
        if held and (size > BATCH_BYTES or block.schema != held[0].schema):
            yield pa.concat_batches(held)
            held, room, size = [], options.batch_rows, 0
        held.append(block)
        room -= block.num_rows
        size += block.nbytes
        if rows.is_over:
            break
        if not room:
            yield pa.concat_batches(held)
            held, room, size = [], options.batch_rows, 0
    if held:
        yield pa.concat_batches(held)


class _Blocks:
    """A few rows at a time as Arrow; a column without a type keeps the first it has."""

    def __init__(self, rows: _Rows, columns: Sequence[Column]) -> None:
        self._rows = rows
        self._stored = [stored_as(arrow_of(column)) for column in columns]
        self._most = FIRST_ROWS

    def next(self, most: int) -> pa.RecordBatch:
        """Return at most so many rows as SQLite stores them; none at the end."""
        import pyarrow as pa

        block = self._rows.next(min(most, self._most))
        columns = zip(*block, strict=True) if block else [()] * len(self._stored)
        arrays = [
            column_array(values, type)
            for values, type in zip(columns, self._stored, strict=True)
        ]
        self._stored = [
            _kept(array.type) if type is None else type
            for array, type in zip(arrays, self._stored, strict=True)
        ]
        batch = pa.RecordBatch.from_arrays(arrays, names=self._rows.names)
        room = BLOCK_BYTES * len(block) // max(batch.nbytes, 1)
        self._most = max(1, min(room, BLOCK_ROWS))
        return batch


def _kept(type: pa.DataType) -> pa.DataType | None:
    import pyarrow.types as kinds

    return None if kinds.is_null(type) or kinds.is_union(type) else type


def as_declared(
    columns: Sequence[Column], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield the batches with dates and truth values made of what SQLite stores."""
    import pyarrow as pa

    for batch in batches:
        arrays = [
            array if (type := arrow_of(column)) is None else fitted(array, type)
            for column, array in zip(columns, batch.columns, strict=True)
        ]
        fields = [field_of(c, a.type) for c, a in zip(columns, arrays, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _schema(columns: Sequence[Column], first: pa.RecordBatch | None) -> pa.Schema:
    """Return what is expected: declared types, else those of the first batch."""
    import pyarrow as pa

    found = [pa.null()] * len(columns) if first is None else first.schema.types
    return pa.schema(
        [
            field_of(column, arrow_of(column) or type)
            for column, type in zip(columns, found, strict=True)
        ]
    )
