"""How wide columns are, by what stands in the header and the first rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_text import cell_text
from entrepot.base.cells import bytes_of, offsets_of

FIRST_ROWS = 100
LEAST, MOST = 8, 50
PADDING = 2
FILTER_BUTTON = 3


def first_rows(
    batches: Iterator[pa.RecordBatch],
) -> tuple[list[pa.RecordBatch], Iterator[pa.RecordBatch]]:
    """Return the batches that hold the first rows, and all batches from the start."""
    seen: list[pa.RecordBatch] = []
    for batch in batches:
        seen.append(batch)
        if sum(b.num_rows for b in seen) >= FIRST_ROWS:
            break
    return seen, chain(seen, batches)


def widths(
    names: Sequence[str], first: Sequence[pa.RecordBatch], *, filters: bool
) -> list[float]:
    """Return the width of each column in characters, 8 to 50."""
    button = FILTER_BUTTON if filters else 0
    return [
        float(
            max(LEAST, min(MOST, PADDING + max(wide(name) + button, _widest(n, first))))
        )
        for n, name in enumerate(names)
    ]


def _widest(number: int, first: Sequence[pa.RecordBatch]) -> int:
    left, most = FIRST_ROWS, 0
    for batch in first:
        column = batch.column(number).slice(0, left)
        left -= len(column)
        most = max(most, _width_of(column))
    return most


def _width_of(column: pa.Array) -> int:
    if kinds.is_timestamp(column.type):
        return len("2024-02-29 23:59:59")
    texts = cell_text(column)
    raw = bytes_of(texts)
    if ((raw < ord(" ")) | (raw > ord("~"))).any():
        longest = max(map(wide, _beginnings(texts)), default=0)
    else:
        longest = int(np.diff(offsets_of(texts)).max(initial=0))
    # Thousands are set apart.
    return longest + longest // 4 if kinds.is_decimal(column.type) else longest


def _beginnings(texts: pa.Array) -> list[str]:
    # Even of ten megabytes only what can show is looked at.
    found: list[str] = (
        pc.utf8_slice_codeunits(texts, 0, 2 * MOST).drop_null().to_pylist()
    )
    return found


def wide(text: str) -> int:
    """Return how many places the longest line of a text takes."""
    return max((_places(line) for line in text.splitlines()), default=0)


def _places(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in line)
