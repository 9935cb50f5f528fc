"""One worksheet: header, widths, rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from entrepot.base.cells import bytes_of, offsets_of
from entrepot.base.zipstream import Entry
from entrepot.exports.formats.xlsx.cells import Renderer
from entrepot.exports.formats.xlsx.names import column_letters
from entrepot.exports.formats.xlsx.rows import ROW, Numbered, alike
from entrepot.exports.formats.xlsx.styles import HEADER, MAIN

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FROZEN = (
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft"/>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every sheet of a workbook has in common.

    Attributes:
        headers: One string a column, as it stands between the tags of a cell.
        widths: In characters, one a column.
    """

    headers: Sequence[str]
    widths: Sequence[float]
    freezes: bool
    filters: bool

    @property
    def last_column(self) -> str:
        """Return the letters of the last column."""
        return column_letters(len(self.headers))


class Sheet:
    """A worksheet that is being written."""

    def __init__(self, entry: Entry, look: Look, *, name: str, is_first: bool) -> None:
        self.name = name
        self.rows = 0
        self.cells_cut = 0
        self.entry = entry
        self._look = look
        self._letters = [column_letters(n + 1) for n in range(len(look.headers))]
        entry.write(f"{XML}{self._head(is_first)}".encode())

    @property
    def area(self) -> str:
        """Return the range of the header and all rows."""
        return f"A1:{self._look.last_column}{self.rows + 1}"

    def write(self, batch: pa.RecordBatch, most_bytes: int) -> int:
        """Write the rows that fit into so many bytes of XML; return how many.

        They may be fewer for other reasons too; none is written only if none fits.
        """
        batch = batch.slice(0, alike(self.rows + 2))
        renderer = Renderer()
        text = self._rows(batch, renderer)
        offsets = offsets_of(text)
        fitting = int(np.searchsorted(offsets[1:] - offsets[0], most_bytes, "right"))
        if 0 < fitting < batch.num_rows:
            return self.write(batch.slice(0, fitting), most_bytes)
        if fitting:
            self.entry.write(bytes_of(text).data)
            self.rows += batch.num_rows
            self.cells_cut += renderer.cells_cut
        return fitting

    def close(self) -> None:
        """Write the end."""
        area = f'<autoFilter ref="{self.area}"/>' if self._look.filters else ""
        self.entry.write(f"</sheetData>{area}</worksheet>".encode())
        self.entry.close()

    def _rows(self, batch: pa.RecordBatch, renderer: Renderer) -> pa.Array:
        rows = Numbered(self.rows + 2, batch.num_rows)
        parts: list[str | pa.Array] = [f'<row r="{ROW}">']
        for letters, column in zip(self._letters, batch.columns, strict=True):
            cells = renderer.cells(column)
            cell = [f'<c r="{letters}{ROW}"{cells.before}', cells.values, cells.after]
            parts += [rows.joined(cell)] if cells.values.null_count else cell
        return rows.joined([*parts, "</row>\n"], null="")

    def _head(self, is_first: bool) -> str:
        look = self._look
        selected = ' tabSelected="1"' if is_first else ""
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>'
            for n, width in enumerate(look.widths, start=1)
        )
        cells = "".join(
            f'<c r="{letters}1" s="{HEADER}" t="inlineStr"><is>'
            f'<t xml:space="preserve">{header}</t></is></c>'
            for letters, header in zip(self._letters, look.headers, strict=True)
        )
        return (
            f'<worksheet xmlns="{MAIN}"><sheetViews>'
            f'<sheetView{selected} workbookViewId="0">'
            f"{FROZEN if look.freezes else ''}</sheetView></sheetViews>"
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols>'
            f'<sheetData>\n<row r="1">{cells}</row>\n'
        )
