"""Write text a batch at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import pyarrow as pa

from entrepot.base.cells import bytes_of, pieces
from entrepot.base.rows import RowStream
from entrepot.exports.spec import Writing

Lines = Callable[[pa.RecordBatch], pa.Array]
"""A batch to one string a row."""


def write_lines(
    stream: RowStream, file: BinaryIO, writing: Writing, lines: Lines, *, skip: int = 0
) -> int:
    """Write every row's line and return how many there were.

    The first `skip` bytes of the first line are left out.
    """
    rows = 0
    for batch in stream.batches:
        for piece in pieces(batch):
            text = bytes_of(lines(piece))
            file.write(text[0 if rows else skip :].data)
            rows += piece.num_rows
        writing.progress(rows)
    return rows
