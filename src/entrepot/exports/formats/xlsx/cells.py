"""Columns of any type as cells of a sheet, but for their references."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_text import cell_text
from entrepot.base.cells import is_wrapped, joined, unwrapped
from entrepot.exports.formats.xlsx.links import is_address
from entrepot.exports.formats.xlsx.numbers import numbers
from entrepot.exports.formats.xlsx.styles import CLOCKS
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

    def __init__(self, *, is_compact: bool = False) -> None:
        self.cells_cut = 0
        self._is_compact = is_compact

    def cells(
        self,
        array: pa.Array,
        number_style: int | None = None,
        link_style: int | None = None,
    ) -> Cells:
        """Return a column's cells; what is no number to Excel is text.

        Args:
            number_style: Of numbers; by their type when None.
            link_style: Of texts that are addresses; none when None.
        """

        def plain(part: pa.Array) -> Cells:
            return self._plain(part, number_style, link_style)

        if not is_wrapped(array.type):
            return plain(array)
        return Cells("", unwrapped(array, lambda part: plain(part).whole()), "")

    def _plain(
        self, array: pa.Array, number_style: int | None, link_style: int | None
    ) -> Cells:
        if kinds.is_boolean(array.type):
            digits = pc.if_else(array, "1", pa.scalar("0"))
            return Cells(' t="b"><v>', digits, "</v></c>")
        if kinds.is_floating(array.type):
            array = pc.if_else(pc.is_finite(array), array, None)
        found = numbers(array)
        if found is None:
            return self._linked(cell_text(array), link_style)
        number = self._style(found.style, number_style)
        style = f' s="{number}"' if number else ""
        cells = Cells(f"{style}><v>", found.values, "</v></c>")
        if found.values.null_count == array.null_count:
            return cells
        left_over = pc.if_else(found.values.is_null(), array, None)
        text = self._text(cell_text(left_over))
        return Cells("", pc.coalesce(cells.whole(), text.whole()), "")

    def _style(self, own: int, wanted: int | None) -> int:
        if wanted is not None:
            return wanted
        return 0 if self._is_compact and own not in CLOCKS else own

    def _linked(self, texts: pa.Array, link_style: int | None) -> Cells:
        cells = self._text(texts)
        if link_style is None:
            return cells
        whole = cells.whole()
        styled = joined([f' s="{link_style}"', whole])
        return Cells("", pc.if_else(is_address(texts), styled, whole), "")

    def _text(self, values: pa.Array) -> Cells:
        values, cells_cut = cut_cells(values)
        self.cells_cut += cells_cut
        opening, values = text_cells(values)
        return Cells(f' t="inlineStr"><is><t{opening}', values, "</t></is></c>")
