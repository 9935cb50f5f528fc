"""Rows on their way into DuckDB: numbered, and of types that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from entrepot.base.rows import RowStream

if TYPE_CHECKING:
    import pyarrow as pa


class Feed:
    """One stream as DuckDB reads it: columns `c…` and the row's number `o…`.

    Attributes:
        errors: What the stream has raised; DuckDB knows only its words.
    """

    def __init__(self, stream: RowStream, number: int, first_column: int) -> None:
        self.errors: list[BaseException] = []
        self.name = f"rows_{number}"
        self.order = f"o{number}"
        self.keys = [f"c{first_column + n}" for n in range(len(stream.schema))]
        self.fields = [taken(field) for field in stream.schema]
        self._batches = stream.batches
        self._rows = 0

    def reader(self) -> pa.RecordBatchReader:
        """Return what DuckDB reads from, once."""
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(self._schema(), self._numbered())

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        pairs = zip(self.keys, self.fields, strict=True)
        fields = [pa.field(key, field.type) for key, field in pairs]
        return pa.schema([*fields, pa.field(self.order, pa.int64())])

    def _numbered(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        schema = self._schema()
        try:
            for batch in self._batches:
                numbers = range(self._rows, self._rows + batch.num_rows)
                self._rows += batch.num_rows
                pairs = zip(batch.columns, self.fields, strict=True)
                columns = [_fit(column, field.type) for column, field in pairs]
                columns.append(pa.array(numbers, pa.int64()))
                yield pa.RecordBatch.from_arrays(columns, schema=schema)
        except BaseException as error:
            self.errors.append(error)
            raise


def taken(field: pa.Field) -> pa.Field:
    """Return the field as DuckDB takes it; text where it knows no such type."""
    import pyarrow as pa
    import pyarrow.types as kinds

    type = field.type
    if kinds.is_float16(type):
        return field.with_type(pa.float32())
    if kinds.is_date64(type):
        return field.with_type(pa.date32())
    strange = (
        kinds.is_null, kinds.is_decimal256, kinds.is_duration, kinds.is_interval,
        kinds.is_union, kinds.is_run_end_encoded,
    )  # fmt: skip
    if any(is_strange(type) for is_strange in strange):
        return field.with_type(pa.string())
    if isinstance(type, pa.BaseExtensionType):
        return field.with_type(pa.string())
    if kinds.is_dictionary(type):
        return taken(field.with_type(type.value_type))
    return field


def _fit(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    import pyarrow as pa

    from entrepot.base.cell_text import cell_text

    if column.type == wanted:
        return column
    if pa.types.is_string(wanted):
        return cell_text(column)
    with suppress(pa.ArrowNotImplementedError):
        return column.cast(wanted)
    return column.dictionary_decode().cast(wanted)
