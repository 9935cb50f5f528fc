"""Columns of any type as cells of a sheet, but for their references."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_text import cell_text
from entrepot.base.cells import is_wrapped, joined, unwrapped
from entrepot.exports.formats.xlsx.numbers import numbers
from entrepot.exports.formats.xlsx.text import cut_cells, text_cells


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one column: each is `before`, its value, `after`; NULL is no cell."""

    before: str
    values: pa.Array
    after: str

    def whole(self) -> pa.Array:
        """Return each cell as one string."""
        if not (self.before or self.after):
            return self.values
        return joined([self.before, self.values, self.after])


class Renderer:
    """Makes cells, and counts those that had to be cut."""

    def __init__(self) -> None:
        self.cells_cut = 0

    def cells(self, array: pa.Array) -> Cells:
        """Return a column's cells; what is no number to Excel is text."""
        if not is_wrapped(array.type):
            return self._plain(array)
        inner = unwrapped(array, lambda part: self._plain(part).whole())
        return Cells("", inner, "")

    def _plain(self, array: pa.Array) -> Cells:
        if kinds.is_boolean(array.type):
            digits = pc.if_else(array, "1", pa.scalar("0"))
            return Cells(' t="b"><v>', digits, "</v></c>")
        if kinds.is_floating(array.type):
            array = pc.if_else(pc.is_finite(array), array, None)
        found = numbers(array)
        if found is None:
            return self._text(cell_text(array))
        style = f' s="{found.style}"' if found.style else ""
        cells = Cells(f"{style}><v>", found.values, "</v></c>")
        if found.values.null_count == array.null_count:
            return cells
        left_over = pc.if_else(found.values.is_null(), array, None)
        text = self._text(cell_text(left_over))
        return Cells("", pc.coalesce(cells.whole(), text.whole()), "")

    def _text(self, values: pa.Array) -> Cells:
        values, cells_cut = cut_cells(values)
        self.cells_cut += cells_cut
        opening, values = text_cells(values)
        return Cells(f' t="inlineStr"><is><t{opening}', values, "</t></is></c>")
