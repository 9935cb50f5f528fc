"""Rows as lines of text, written a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

import pyarrow as pa

from entrepot.base.cells import bytes_of, pieces

Lines = Callable[[pa.RecordBatch], pa.Array]
"""A batch to one string a row."""


def write_lines(
    batches: Iterable[pa.RecordBatch],
    file: BinaryIO,
    lines: Lines,
    progress: Callable[[int], None],
    *,
    skip: int = 0,
) -> int:
    """Write every row's line and return how many there were.

    `progress` is called after each batch with the rows so far. The first `skip`
    bytes of the first line are left out.
    """
    rows = 0
    for batch in batches:
        for piece in pieces(batch):
            text = bytes_of(lines(piece))
            file.write(text[0 if rows else skip :].data)
            rows += piece.num_rows
        progress(rows)
    return rows
