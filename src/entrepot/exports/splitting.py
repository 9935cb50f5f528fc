"""Cut a stream into streams of so many rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from entrepot.base.rows import RowStream

if TYPE_CHECKING:
    import pyarrow as pa


class Splitter:
    """A stream as parts, of `rows` each; all in one where `rows` is None."""

    def __init__(self, stream: RowStream, rows: int | None) -> None:
        self._stream = stream
        self._rows = rows
        self._held: pa.RecordBatch | None = None

    def parts(self) -> Iterator[RowStream]:
        """Yield the parts; each can be read until the next. There is one at least."""
        schema, is_uniform = self._stream.schema, self._stream.is_uniform
        is_first = True
        while self._peek() is not None or is_first:
            is_first = False
            yield RowStream(schema, self._part(), is_uniform)

    def _part(self) -> Iterator[pa.RecordBatch]:
        room = self._rows
        while room != 0 and (batch := self._peek()) is not None:
            if room is None or batch.num_rows <= room:
                self._held = None
                room = None if room is None else room - batch.num_rows
                yield batch
            else:
                self._held = batch.slice(room)
                yield batch.slice(0, room)
                return

    def _peek(self) -> pa.RecordBatch | None:
        """Return the next batch with rows, and hold it."""
        while self._held is None or not self._held.num_rows:
            self._held = next(self._stream.batches, None)
            if self._held is None:
                return None
        return self._held
