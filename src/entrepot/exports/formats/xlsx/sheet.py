"""One worksheet: header, widths, rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa

from entrepot.base.cells import bytes_of, offsets_of
from entrepot.base.zipstream import Entry
from entrepot.exports.formats.xlsx.cells import Renderer
from entrepot.exports.formats.xlsx.cuts import find_cuts
from entrepot.exports.formats.xlsx.draft import Draft
from entrepot.exports.formats.xlsx.links import Links
from entrepot.exports.formats.xlsx.rows import ROW, Numbered, alike
from entrepot.exports.formats.xlsx.styles import MAIN
from entrepot.exports.spec import MOST_CUTS, CutCell

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FROZEN = (
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft"/>'
)


class Sheet:
    """A worksheet that is being written.

    Attributes:
        cuts: The first cells that did not fit.
        links: None where no column of it has any.
    """

    def __init__(
        self,
        entry: Entry,
        draft: Draft,
        *,
        name: str,
        is_first: bool,
        links: Links | None,
    ) -> None:
        self.name = name
        self.rows = 0
        self.cells_cut = 0
        self.cuts: list[CutCell] = []
        self.entry = entry
        self.draft = draft
        self.links = links
        entry.write(f"{XML}{self._head(is_first)}".encode())

    @property
    def area(self) -> str:
        """Return the range of the header and all rows."""
        return f"A1:{self.draft.last_column}{self.rows + 1}"

    def write(self, batch: pa.RecordBatch, most_bytes: int) -> int:
        """Write the rows that fit into so many bytes of XML; return how many.

        They may be fewer for other reasons too; none is written only if none fits.
        """
        batch = batch.slice(0, alike(self.rows + 2))
        renderer = Renderer(is_compact=self.draft.is_compact)
        text = self._rows(batch, renderer)
        offsets = offsets_of(text)
        fitting = int(np.searchsorted(offsets[1:] - offsets[0], most_bytes, "right"))
        if 0 < fitting < batch.num_rows:
            return self.write(batch.slice(0, fitting), most_bytes)
        if fitting:
            self.entry.write(bytes_of(text).data)
            self._note(batch, renderer)
            self.rows += batch.num_rows
        return fitting

    def close(self) -> None:
        """Write the end; the links' own part is still to come."""
        area = f'<autoFilter ref="{self.area}"/>' if self.draft.filters else ""
        self.entry.write(f"</sheetData>{area}".encode())
        if self.links is not None and self.links.count:
            self.entry.write(b"<hyperlinks>")
            for reference in self.links.references():
                self.entry.write(reference.encode())
            self.entry.write(b"</hyperlinks>")
        self.entry.write(b"</worksheet>")
        self.entry.close()

    def _note(self, batch: pa.RecordBatch, renderer: Renderer) -> None:
        """Remember which cells of written rows were cut, and which are links."""
        if renderer.cells_cut:
            self.cells_cut += renderer.cells_cut
            found = find_cuts(self.name, self.draft, self.rows + 2, batch)
            self.cuts += islice(found, MOST_CUTS - len(self.cuts))
        if self.links is None:
            return
        for column, array in zip(self.draft.columns, batch.columns, strict=True):
            if column.link_style is not None:
                self.links.add(column.letters, self.rows + 2, array)

    def _rows(self, batch: pa.RecordBatch, renderer: Renderer) -> pa.Array:
        rows = Numbered(self.rows + 2, batch.num_rows)
        if self.draft.is_compact:
            return rows.joined(["<row>", *self._bare(batch, renderer), "</row>"])
        parts: list[str | pa.Array] = [f'<row r="{ROW}">']
        for column, array in zip(self.draft.columns, batch.columns, strict=True):
            cells = renderer.cells(array, column.number_style, column.link_style)
            reference = f'<c r="{column.letters}{ROW}"{cells.before}'
            cell = [reference, cells.values, cells.after]
            parts += [rows.joined(cell)] if cells.values.null_count else cell
        return rows.joined([*parts, "</row>\n"], null="")

    def _bare(
        self, batch: pa.RecordBatch, renderer: Renderer
    ) -> Iterator[str | pa.Array]:
        """Yield cells without references: each is in its place, also where NULL."""
        for column, array in zip(self.draft.columns, batch.columns, strict=True):
            cells = renderer.cells(array, column.number_style, column.link_style)
            if cells.values.null_count:
                yield "<c"
                yield cells.whole().fill_null("/>")
            else:
                yield from (f"<c{cells.before}", cells.values, cells.after)

    def _head(self, is_first: bool) -> str:
        draft = self.draft
        selected = ' tabSelected="1"' if is_first else ""
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{column.width:g}" customWidth="1"/>'
            for n, column in enumerate(draft.columns, start=1)
            if column.width is not None
        )
        style = f' s="{draft.header_style}"' if draft.header_style else ""
        cells = "".join(
            f'<c r="{column.letters}1"{style} t="inlineStr"><is>'
            f'<t xml:space="preserve">{column.header}</t></is></c>'
            for column in draft.columns
        )
        linked = f' xmlns:r="{OFFICE}"' if self.links else ""
        columns = f"<cols>{widths}</cols>" if widths or not draft.is_compact else ""
        return (
            f'<worksheet xmlns="{MAIN}"{linked}><sheetViews>'
            f'<sheetView{selected} workbookViewId="0">'
            f"{FROZEN if draft.freezes else ''}</sheetView></sheetViews>"
            f'<sheetFormatPr defaultRowHeight="15"/>{columns}'
            f'<sheetData>\n<row r="1">{cells}</row>\n'
        )
