"""Write a spool: blocks as they come, one Arrow stream of one schema at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import TooMuch
from entrepot.base.files import full_disk, publish, sync
from entrepot.base.rows import BATCH_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

BATCH_BYTES = 8 << 20

MOST_BYTES = 4 << 30
"""Of one spool: a file of a few kilobytes may say one long text a million times."""


def write_spool(
    path: Path, blocks: Iterable[pa.RecordBatch], schema: Callable[[], pa.Schema]
) -> None:
    """Write blocks whose types only widen; the file is whole, or not there.

    Args:
        schema: Asked when the last block has come; holds every block's values.

    Raises:
        TooMuch: The disk is full, or the rows are larger than `MOST_BYTES`.
    """
    import pyarrow as pa

    part = path.with_name(f".{path.name}.segments")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with full_disk(path.parent):
            found = _write_segments(part, joined(blocks))
        final = schema()
        if found == [final]:
            sync(part)
            part.replace(path)
            return
        with publish(path) as file, pa.ipc.new_stream(file, final) as writer:
            for batch in read_segments(part):
                writer.write_batch(fit(batch, final))
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def joined(blocks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield batches of up to `BATCH_ROWS` rows; one ends early where types change."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = size = 0
    for block in blocks:
        for part in _pieces(block):
            is_full = rows + part.num_rows > BATCH_ROWS or size > BATCH_BYTES
            if held and (is_full or part.schema != held[0].schema):
                yield pa.concat_batches(held)
                held, rows, size = [], 0, 0
            held.append(part)
            rows += part.num_rows
            size += part.nbytes
    if held:
        yield pa.concat_batches(held)


def _pieces(block: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, block.num_rows, BATCH_ROWS):
        yield block.slice(start, BATCH_ROWS)


def _write_segments(path: Path, batches: Iterable[pa.RecordBatch]) -> list[pa.Schema]:
    """Write Arrow streams one behind the other; return the schema of each."""
    import pyarrow as pa

    schemas = []
    with path.open("wb") as file:
        for schema, alike in groupby(batches, lambda batch: batch.schema):
            schemas.append(schema)
            with pa.ipc.new_stream(file, schema) as writer:
                for batch in alike:
                    if file.tell() + batch.nbytes > MOST_BYTES:
                        raise TooMuch(
                            f"the rows come to more than {MOST_BYTES >> 20:,} MB",
                            hint="send them in parts",
                        )
                    writer.write_batch(batch)
    return schemas


def read_segments(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the batches of Arrow streams that stand one behind the other."""
    import pyarrow as pa

    with pa.OSFile(str(path), "rb") as file:
        while file.tell() < file.size():
            yield from pa.ipc.open_stream(file)


def fit(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch with the columns and types of a schema that is wider."""
    import pyarrow as pa

    from entrepot.base.cell_text import cell_text

    def column(field: pa.Field) -> pa.Array:
        place = batch.schema.get_field_index(field.name)
        if place < 0:
            return pa.nulls(batch.num_rows, field.type)
        found = batch.column(place)
        if found.null_count == len(found):
            return pa.nulls(len(found), field.type)
        if found.type == field.type:
            return found
        is_text = pa.types.is_string(field.type)
        return cell_text(found) if is_text else found.cast(field.type)

    return pa.RecordBatch.from_arrays([column(f) for f in schema], schema=schema)


__all__ = ["fit", "joined", "read_segments", "write_spool"]
