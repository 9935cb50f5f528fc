"""The rows of a run as Arrow on disk, with a list of where each batch begins."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from entrepot.base.house import House
from entrepot.console.errors import ResultGone

if TYPE_CHECKING:
    import pyarrow as pa


class Index(msgspec.Struct, frozen=True, array_like=True):
    """Where the batches of a spool are.

    Attributes:
        streams: Place in the file of each stream; a new one begins where types change.
        batches: Of each batch its stream, its place, and the rows before it.
    """

    rows: int
    streams: list[int]
    batches: list[tuple[int, int, int]]


def folder(house: House) -> Path:
    """Return the folder of the spools."""
    return house.home / "console" / "results"


def path_of(house: House, id: str) -> Path:
    """Return where the spool of a run is, if there is one."""
    return folder(house) / f"{id}.arrow"


def index_path(spool: Path) -> Path:
    """Return where the index of a spool is."""
    return spool.with_suffix(".index")


class SpoolWriter:
    """Writes batches one behind the other; the file has its name once it is whole."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._path, self._part = path, path.with_suffix(".part")
        try:
            self._file = pa.OSFile(str(self._part), "wb")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = pa.OSFile(str(self._part), "wb")
        os.chmod(self._part, 0o600)
        self._writer: pa.RecordBatchStreamWriter | None = None
        self._schema: pa.Schema | None = None
        self._streams: list[int] = []
        self._batches: list[tuple[int, int, int]] = []
        self.rows = 0

    @property
    def size_bytes(self) -> int:
        """Return how large the file is by now."""
        return int(self._file.tell())

    def write(self, batch: pa.RecordBatch) -> None:
        """Add a batch; a new stream begins where it has other types."""
        import pyarrow as pa

        batch = _plain(batch)
        if self._schema is None or batch.schema != self._schema:
            self._end_stream()
            self._schema = batch.schema
            self._streams.append(self.size_bytes)
            self._writer = pa.ipc.new_stream(self._file, batch.schema)
        assert self._writer is not None
        self._batches.append((len(self._streams) - 1, self.size_bytes, self.rows))
        self._writer.write_batch(batch)
        self.rows += batch.num_rows

    def finish(self) -> int:
        """Give the file its name; return its size in bytes."""
        self._end_stream()
        size_bytes = self.size_bytes
        self._file.close()
        index = Index(self.rows, self._streams, self._batches)
        index_path(self._path).write_bytes(msgspec.msgpack.encode(index))
        self._part.rename(self._path)
        return size_bytes

    def drop(self) -> None:
        """Remove what was written."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _end_stream(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with values instead of numbers into a dictionary of them.

    A stream tells of a dictionary once, so a batch of it cannot be read by itself.
    """
    import pyarrow as pa

    if not any(pa.types.is_dictionary(type) for type in batch.schema.types):
        return batch
    columns = [
        c.dictionary_decode() if pa.types.is_dictionary(c.type) else c
        for c in batch.columns
    ]
    fields = [
        field.with_type(column.type)
        for field, column in zip(batch.schema, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))


class Spool:
    """A whole spool, open for reading."""

    def __init__(self, file: pa.NativeFile, index: Index) -> None:
        self._file, self._index = file, index
        self._schemas: dict[int, pa.Schema] = {}

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return self._index.rows

    @property
    def is_uniform(self) -> bool:
        """Tell whether every batch has the same types."""
        return len(self._index.streams) == 1

    def slices(self, offset: int, limit: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows from `offset` on, at most `limit` of them, in order."""
        batches = self._index.batches
        at = bisect_right(batches, offset, key=lambda batch: batch[2]) - 1
        while limit > 0 and 0 <= at < len(batches):
            stream, place, before = batches[at]
            part = self._read(stream, place).slice(max(0, offset - before), limit)
            limit -= part.num_rows
            at += 1
            yield part

    def schema(self) -> pa.Schema:
        """Return the types that the first rows have."""
        return self._schema(0)

    def _read(self, stream: int, place: int) -> pa.RecordBatch:
        import pyarrow as pa

        self._file.seek(place)
        message = pa.ipc.read_message(self._file)
        if message.type == "schema":  # the stream's first batch stands behind it
            message = pa.ipc.read_message(self._file)
        return pa.ipc.read_record_batch(message, self._schema(stream))

    def _schema(self, stream: int) -> pa.Schema:
        import pyarrow as pa

        if stream not in self._schemas:
            self._file.seek(self._index.streams[stream])
            self._schemas[stream] = pa.ipc.read_schema(self._file)
        return self._schemas[stream]


@contextmanager
def open_spool(path: Path) -> Iterator[Spool]:
    """Open a spool for reading.

    Raises:
        ResultGone: It is not there any more.
    """
    import pyarrow as pa

    try:
        index = msgspec.msgpack.decode(index_path(path).read_bytes(), type=Index)
        file = pa.memory_map(str(path))
    except FileNotFoundError:
        raise ResultGone(
            "the rows of this run are not kept any more", hint="run it again"
        ) from None
    with file:
        yield Spool(file, index)


def remove_part(house: House, id: str) -> None:
    """Remove what a run that ended in the middle had begun to write here."""
    path_of(house, id).with_suffix(".part").unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a spool and what stands beside it."""
    for file in (path, index_path(path), *path.parent.glob(f"{path.stem}.*.order")):
        file.unlink(missing_ok=True)
