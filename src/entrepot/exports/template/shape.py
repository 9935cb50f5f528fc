"""Rows as a template wants them: chosen, named, mapped and typed columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from entrepot.base.cell_scalars import is_text
from entrepot.base.cell_text import cell_text
from entrepot.base.cells import is_wrapped
from entrepot.base.rows import RowStream
from entrepot.exports.spec import ColumnPlan
from entrepot.exports.template.converting import TYPES, converted
from entrepot.exports.template.mixing import mixed, nothing

Misfits = Counter[str]
"""By header, how many values could not become the column's type and are text."""


def shaped(
    stream: RowStream,
    columns: Sequence[ColumnPlan],
    misfits: Misfits | None = None,
) -> RowStream:
    """Return the rows with these columns; as they are where none is named.

    Args:
        misfits: Counted up as the batches are read.
    """
    if not columns:
        return stream
    shapes = [_Shape(column, stream.schema) for column in columns]
    told = Counter() if misfits is None else misfits
    return RowStream(
        schema=pa.schema([shape.expected for shape in shapes]),
        batches=_batches(stream.batches, shapes, told),
        is_uniform=all(shape.is_sure(stream.is_uniform) for shape in shapes),
    )


def _batches(
    batches: Iterator[pa.RecordBatch], shapes: Sequence[_Shape], misfits: Misfits
) -> Iterator[pa.RecordBatch]:
    names = [shape.expected.name for shape in shapes]
    for batch in batches:
        arrays = [shape.of(batch, misfits) for shape in shapes]
        yield pa.RecordBatch.from_arrays(arrays, names=names)


class _Shape:
    """How one column of the file comes from the columns of a source."""

    def __init__(self, column: ColumnPlan, schema: pa.Schema) -> None:
        self.column = column
        self._place = _place_of(column.field, schema)
        self._instead = _place_of(column.instead, schema)
        self._keys = pa.array(list(column.values), pa.string())
        self._words = pa.array(list(column.values.values()), pa.string())
        self.expected = self._expected(schema)

    def is_sure(self, is_uniform: bool) -> bool:
        """Tell whether every batch will have the type that is expected."""
        column = self.column
        if not pa.types.is_string(self.expected.type):
            is_as_it_was = not (column.type or column.null or column.instead)
            return is_uniform and is_as_it_was and not column.values
        return bool(column.type or column.values or self._place is None or is_uniform)

    def of(self, batch: pa.RecordBatch, misfits: Misfits) -> pa.Array:
        """Return the file's column."""
        values = self._mapped(self._source(batch))
        column = self.column
        if not column.type:
            layers = [values]
        elif column.type == "text":
            layers = [cell_text(values)]
        elif nothing(values):
            layers = [pa.nulls(len(values), self.expected.type)]
        else:
            layers, rest = converted(values, column.type)
            if rest.null_count < len(rest):
                misfits[column.header] += len(rest) - rest.null_count
                layers.append(rest)
        return _without_null(layers, column.null)

    def _source(self, batch: pa.RecordBatch) -> pa.Array:
        first = None if self._place is None else batch.column(self._place)
        if self._instead is None:
            return pa.nulls(batch.num_rows, pa.string()) if first is None else first
        other = batch.column(self._instead)
        if first is None or nothing(first):
            return other
        if first.type != other.type or is_wrapped(first.type):
            first, other = cell_text(first), cell_text(other)
        return pc.coalesce(first, other)

    def _mapped(self, values: pa.Array) -> pa.Array:
        if not len(self._keys) or nothing(values):
            return values
        text = cell_text(values).cast(pa.string())
        found = self._words.take(pc.index_in(text, self._keys))
        return pc.coalesce(found, text)

    def _expected(self, schema: pa.Schema) -> pa.Field:
        column = self.column
        place = self._instead if self._place is None else self._place
        if column.type:
            return pa.field(column.header, TYPES[column.type])
        if column.values or place is None:
            return pa.field(column.header, pa.string())
        field = schema.field(place)
        return field.with_name(column.header).with_nullable(True)


def _without_null(layers: list[pa.Array], null: str) -> pa.Array:
    if not null:
        return mixed(layers)
    if len(layers) == 1 and is_text(layers[0].type):
        return pc.fill_null(layers[0], null)
    plain = [_plain(layer) for layer in layers]
    filling = pa.repeat(pa.scalar(null), len(layers[0]))
    return mixed([*plain, filling])


def _plain(layer: pa.Array) -> pa.Array:
    """Return a column whose NULLs can be told from its values at once."""
    return cell_text(layer) if is_wrapped(layer.type) else layer


def _place_of(field: str, schema: pa.Schema) -> int | None:
    return schema.names.index(field) if field in schema.names else None
