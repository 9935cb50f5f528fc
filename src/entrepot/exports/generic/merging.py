"""Several spools as one, with columns wide enough for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.files import publish
from entrepot.exports.intake.spooling import fit, joined, read_segments
from entrepot.exports.widening import Widest

if TYPE_CHECKING:
    import pyarrow as pa


def merge_spools(parts: Sequence[Path], spool: Path) -> tuple[str, ...]:
    """Write the rows of all parts, in this order; return the columns' names.

    Raises:
        TooMuch: The disk is full.
    """
    import pyarrow as pa

    schema = _common(parts)
    with publish(spool) as file, pa.ipc.new_stream(file, schema) as writer:
        for batch in joined(_batches(parts, schema)):
            writer.write_batch(batch)
    return tuple(schema.names)


def _common(parts: Sequence[Path]) -> pa.Schema:
    """Return the schema that holds every part: columns as they are first seen."""
    import pyarrow as pa

    names: dict[str, pa.Field] = {}
    for part in parts:
        with pa.memory_map(str(part)) as file:
            for field in pa.ipc.open_stream(file).schema:
                names.setdefault(field.name, field.with_type(pa.string()))
    expected = pa.schema(list(names.values()))
    widest = Widest(expected)
    for part in parts:
        for batch in read_segments(part):
            widest.seen(_wide(batch, expected))
    return widest.schema()


def _wide(batch: pa.RecordBatch, expected: pa.Schema) -> pa.RecordBatch:
    """Return the batch with all columns, those it has as they are."""
    import pyarrow as pa

    there = dict(zip(batch.schema.names, batch.columns, strict=True))
    arrays = [
        there[name] if name in there else pa.nulls(batch.num_rows, pa.string())
        for name in expected.names
    ]
    return pa.RecordBatch.from_arrays(arrays, names=expected.names)


def _batches(parts: Sequence[Path], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for part in parts:
        for batch in read_segments(part):
            yield fit(batch, schema)
