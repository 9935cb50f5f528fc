"""Give a stream whose types change on the way one schema, through a file on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.rows import RowStream
from entrepot.exports.widening import Widest, cast_batch

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def spooled(stream: RowStream, folder: Path) -> Iterator[RowStream]:
    """Read a stream to its end, then give it again with the widest types it had.

    Memory holds one batch; the disk holds all of them until the block ends.
    """
    widest = Widest(stream.schema)
    path = folder / "spool.arrow"
    try:
        _write(stream, path, widest)
        schema = widest.schema()
        batches = (cast_batch(batch, schema) for batch in _read(path))
        yield RowStream(schema, batches, is_uniform=True)
    finally:
        path.unlink(missing_ok=True)


def _write(stream: RowStream, path: Path, widest: Widest) -> None:
    """Write Arrow streams one behind the other: a new one where the types change."""
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as file:
        for _, alike in groupby(map(widest.seen, stream.batches), _schema):
            first = next(alike)
            with pa.ipc.new_stream(file, first.schema) as writer:
                for batch in chain([first], alike):
                    writer.write_batch(batch)


def _read(path: Path) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    with pa.OSFile(str(path), "rb") as file:
        while file.tell() < file.size():
            yield from pa.ipc.open_stream(file)


def _schema(batch: pa.RecordBatch) -> pa.Schema:
    return batch.schema
