"""The narrowest type that holds every value of a column, batch after batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

EXACT = 2**53
"""Integers up to here are themselves as a double."""


class Widest:
    """The types seen in each column of a stream, folded into one."""

    def __init__(self, schema: pa.Schema) -> None:
        self._expected = schema
        self._types: list[pa.DataType | None] = [None] * len(schema)
        self._is_exact = [True] * len(schema)

    def seen(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Take one more batch into account, and give it back."""
        for place, column in enumerate(batch.columns):
            if column.null_count == len(column) and not _is_union(column.type):
                continue
            self._is_exact[place] &= _is_exact(column)
            known = self._types[place]
            self._types[place] = (
                column.type if known is None else _both(known, column.type)
            )
        return batch

    def schema(self) -> pa.Schema:
        """Return the schema that every batch seen can be cast to."""
        import pyarrow as pa

        fields = [self._field(place) for place in range(len(self._types))]
        return pa.schema(fields, metadata=self._expected.metadata)

    def _field(self, place: int) -> pa.Field:
        import pyarrow as pa

        field = self._expected.field(place).with_nullable(True)
        found = self._types[place]
        if found is None:
            return field
        if _is_union(found):
            return field.with_type(pa.string())
        if pa.types.is_floating(found) and not self._is_exact[place]:
            return field.with_type(pa.string())
        return field.with_type(found)


def cast_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return the batch in a schema that `Widest` made, no value turned into another."""
    import pyarrow as pa

    columns = [
        column if column.type == field.type else _cast(column, field.type)
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _both(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    kinds = pa.types
    if one == other:
        return one
    if kinds.is_integer(one) and kinds.is_integer(other):
        return _whole(one, other)
    numbers = [kinds.is_integer(t) or kinds.is_floating(t) for t in (one, other)]
    if all(numbers):
        return pa.float64()
    if all(kinds.is_integer(t) or kinds.is_decimal(t) for t in (one, other)):
        return _decimal(one, other)
    if all(map(_is_binary, (one, other))):
        return pa.large_binary()
    return pa.string()


def _whole(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_signed_integer(one) == pa.types.is_signed_integer(other):
        return one if one.bit_width >= other.bit_width else other
    is_huge = pa.uint64() in (one, other)
    return pa.decimal128(20, 0) if is_huge else pa.int64()


def _decimal(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    digits = [
        (t.precision - t.scale, t.scale) if pa.types.is_decimal(t) else (20, 0)
        for t in (one, other)
    ]
    scale = max(after for _, after in digits)
    precision = max(before for before, _ in digits) + scale
    if precision > 76:
        return pa.string()
    return (pa.decimal128 if precision <= 38 else pa.decimal256)(precision, scale)


def _is_exact(column: pa.Array) -> bool:
    """Tell whether a column of integers would survive becoming doubles."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_integer(column.type):
        return True
    edges = pc.min_max(column).as_py()
    return edges["min"] is None or (edges["min"] >= -EXACT and edges["max"] <= EXACT)


def _cast(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    import pyarrow as pa

    from entrepot.base.cell_text import cell_text

    if column.null_count == len(column) and not _is_union(column.type):
        return pa.nulls(len(column), wanted)
    if pa.types.is_string(wanted) and not _is_text(column.type):
        return cell_text(column)
    return column.cast(wanted)


def _is_union(type: pa.DataType) -> bool:
    import pyarrow as pa

    found: bool = pa.types.is_union(type)
    return found


def _is_binary(type: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(type) or pa.types.is_large_binary(type))


def _is_text(type: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(type) or pa.types.is_large_string(type))
