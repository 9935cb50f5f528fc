"""Join cells into rows; the number of the row stands in each cell's reference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from entrepot.base.cells import bytes_of, joined

ROW = "\0"
"""Stands for the row's number in constants; XML has no such sign."""


class Numbered:
    """Joins for some rows whose numbers have equally many digits."""

    def __init__(self, first: int, count: int) -> None:
        self.count = count
        numbers = pa.array(np.arange(first, first + count)).cast(pa.string())
        self._width = len(str(first))
        self._digits = bytes_of(numbers).view(f"V{self._width}")

    def joined(
        self, parts: Sequence[str | pa.Array], null: str | None = None
    ) -> pa.Array:
        """Join constants and columns as `base.cells.joined` does, with numbers."""
        flat: list[str | pa.Array] = []
        for is_constant, run in groupby(parts, lambda part: isinstance(part, str)):
            pieces = list(run)
            flat += [self._constant("".join(pieces))] if is_constant else pieces
        return joined(flat, null)

    def _constant(self, text: str) -> str | pa.Array:
        """Write the numbers into a text by layout: joining them would cost twice."""
        if ROW not in text:
            return text
        layout, constants = self._layout(text)
        cells = np.empty(self.count, np.dtype(layout))
        for name, _ in layout:
            cells[name] = constants.get(name, self._digits)
        size = cells.dtype.itemsize
        offsets = np.arange(0, (self.count + 1) * size, size, dtype=np.int32)
        buffers = pa.py_buffer(offsets), pa.py_buffer(cells)
        return pa.StringArray.from_buffers(self.count, *buffers)

    def _layout(self, text: str) -> tuple[list[tuple[str, str]], dict[str, bytes]]:
        layout: list[tuple[str, str]] = []
        constants: dict[str, bytes] = {}
        for place, part in enumerate(text.encode().split(ROW.encode())):
            if place:
                layout.append((f"row {place}", f"V{self._width}"))
            if part:
                layout.append((f"text {place}", f"V{len(part)}"))
                constants[f"text {place}"] = part
        return layout, constants


def alike(first: int) -> int:
    """Return how many numbers from this one on have as many digits."""
    return int(10 ** len(str(first)) - first)
