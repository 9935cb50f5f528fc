"""Parquet: typed columns, compressed with zstd, for analysis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from entrepot.base.cell_text import cell_text
from entrepot.base.cells import pieces
from entrepot.base.rows import RowStream
from entrepot.exports.spec import ExportFormat, Writing, Written

GROUP_ROWS = 65_536
GROUP_BYTES = 1 << 26
"""A row group ends at so many rows; sooner where rows are fat."""


def write(stream: RowStream, file: BinaryIO, writing: Writing) -> Written:
    """Write row groups; what Parquet has no type for becomes text."""
    schema = _storable(stream.schema)
    rows = 0
    with (
        _nothing_on_failure(file),
        pq.ParquetWriter(file, schema, compression="zstd") as parquet,
    ):
        for group in _groups(stream, schema, writing):
            parquet.write_table(group, GROUP_ROWS)
            rows += group.num_rows
    return Written(rows=rows)


@contextmanager
def _nothing_on_failure(file: BinaryIO) -> Iterator[None]:
    # The library ends the file properly even then, as if no rows were missing.
    try:
        yield
    except BaseException:
        file.seek(0)
        file.truncate()
        raise


def _groups(
    stream: RowStream, schema: pa.Schema, writing: Writing
) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    seen = 0
    for batch in stream.batches:
        for piece in pieces(_stored(batch, schema)):
            room = GROUP_ROWS - sum(part.num_rows for part in held)
            held.append(piece.slice(0, room))
            is_fat = sum(part.nbytes for part in held) >= GROUP_BYTES
            if piece.num_rows >= room or is_fat:
                yield pa.Table.from_batches(held)
                held = [rest] if (rest := piece.slice(room)).num_rows else []
        seen += batch.num_rows
        writing.progress(seen)
    if held:
        yield pa.Table.from_batches(held)


def _storable(schema: pa.Schema) -> pa.Schema:
    fields = (f if _has_type(f.type) else f.with_type(pa.string()) for f in schema)
    return pa.schema(fields)


def _stored(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        column if _has_type(column.type) else cell_text(column)
        for column in batch.columns
    ]
    return pa.record_batch(columns, schema=schema)


def _has_type(kind: pa.DataType) -> bool:
    """Say whether Parquet has a type for it, and for all it is made of."""
    if kinds.is_interval(kind) or kinds.is_run_end_encoded(kind):
        return False
    if kinds.is_decimal(kind):
        return bool(0 <= kind.scale <= kind.precision)
    if kinds.is_nested(kind):
        inner = [kind.field(n).type for n in range(kind.num_fields)]
        return bool(inner) and all(map(_has_type, inner))
    return True


FORMAT = ExportFormat(
    name="parquet",
    summary="Typed columns for analysis, compressed with zstd.",
    media_type="application/vnd.apache.parquet",
    extension="parquet",
    write=write,
    needs_uniform=True,
    is_compressed=True,
)
