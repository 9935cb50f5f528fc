"""The rows of a stream, as many of them as a run may keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.base.rows import DB_TYPE, RowStream
from entrepot.console.preparing import Ready
from entrepot.console.spec import ColumnHead
from entrepot.console.spools import SpoolWriter

if TYPE_CHECKING:
    import pyarrow as pa


class Taken:
    """What was taken of a stream: no more rows, and no more bytes, than allowed."""

    def __init__(self, ready: Ready, writer: SpoolWriter) -> None:
        self._ready, self._writer = ready, writer
        self.heads: list[ColumnHead] = []
        self.batches: list[pa.RecordBatch] = []
        self.rows = 0
        self.is_truncated = False
        self.warnings: list[str] = []

    def take(self, stream: RowStream) -> None:
        """Keep the rows, and one look further to know whether there are more."""
        self.heads = heads_of(stream.schema)
        for batch in stream.batches:
            room = self._ready.max_rows - self.rows
            part = self._fitting(batch.slice(0, room))
            self._keep(part)
            if batch.num_rows > part.num_rows:
                self.is_truncated = True
                if part.num_rows < room:
                    self._warn_of_size()
                break
        if not self._writer.rows:
            self._writer.write(_no_rows(stream.schema))

    def _keep(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._writer.write(batch)
            self.rows += batch.num_rows
            self._ready.live.rows_read = self.rows
            if not self._ready.live.is_watched:
                self.batches.append(batch)

    def _fitting(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the first rows of a batch that the spool has bytes for."""
        room = self._ready.most_bytes.count - self._writer.size_bytes
        if batch.nbytes <= room:
            return batch
        least = 0 if self.rows else 1  # one row comes however large it is
        return batch.slice(0, max(least, batch.num_rows * room // batch.nbytes))

    def _warn_of_size(self) -> None:
        limit = self._ready.most_bytes
        most = f"{limit.count // 1_000_000} MB"
        if limit.setting:
            most += f", as {limit.setting} says"
        self.warnings.append(
            f"cut behind {self.rows:,} rows: more would take over {most}"
        )


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    arrays = [pa.array([], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def heads_of(schema: pa.Schema) -> list[ColumnHead]:
    """Return names and types of a result's columns."""
    return [ColumnHead(name=field.name, type=_type(field)) for field in schema]


def _type(field: pa.Field) -> str:
    said = (field.metadata or {}).get(DB_TYPE, b"")
    return said.decode() or str(field.type)
