"""What comes out of DuckDB, as the rows' own types and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.exports.operations.state import Column

if TYPE_CHECKING:
    import pyarrow as pa

HUGE = "HUGEINT"
"""Sums of integers; nearly all of them fit into 64 bits."""


def result_schema(
    columns: Sequence[Column], found: pa.Schema
) -> tuple[pa.Schema, bool]:
    """Return the schema, and whether every batch will have it."""
    import pyarrow as pa

    fields = []
    for column, field in zip(columns, found, strict=True):
        if column.origin is not None:
            fields.append(column.origin.with_name(column.name).with_nullable(True))
        elif column.kind == HUGE:
            fields.append(pa.field(column.name, pa.int64()))
        else:
            fields.append(pa.field(column.name, _plain(field.type)))
    return pa.schema(fields), all(column.kind != HUGE for column in columns)


def make_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch with the schema's names, and its types as far as values fit."""
    import pyarrow as pa

    columns = [
        _fit(column, field.type)
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    fields = [
        field.with_type(column.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))


def _plain(type: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.string() if pa.types.is_interval(type) else type


def _fit(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    import pyarrow as pa

    from entrepot.base.cell_text import cell_text

    if column.type == wanted:
        return column
    if pa.types.is_string(wanted) and not pa.types.is_large_string(column.type):
        return cell_text(column)
    try:
        return column.cast(wanted)
    except pa.ArrowInvalid:  # a sum beyond 64 bits
        return column
