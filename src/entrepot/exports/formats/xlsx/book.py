"""One workbook: a ZIP archive with as many sheets as its rows need."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from entrepot.base.errors import TooMuch
from entrepot.base.zipstream import LIMIT_BYTES, ZipStream
from entrepot.exports.formats.xlsx.draft import Draft
from entrepot.exports.formats.xlsx.links import Links
from entrepot.exports.formats.xlsx.names import SheetNames
from entrepot.exports.formats.xlsx.parts import SheetEntry, link_parts, small_parts
from entrepot.exports.formats.xlsx.sheet import Sheet
from entrepot.exports.formats.xlsx.styles import Styles
from entrepot.exports.spec import Properties

TAIL_BYTES = 1 << 20
"""Kept free for the small parts and the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What Excel takes; `sheet_rows` counts the header too, `links` are a sheet's."""

    columns: int = 16_384
    sheet_rows: int = 1_048_576
    sheet_bytes: int = 4_000_000_000
    archive_bytes: int = LIMIT_BYTES
    links: int = 65_530


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What all workbooks of one export have in common.

    Attributes:
        folder: For temporary files.
    """

    title: str
    properties: Properties
    at: datetime
    limits: Limits
    folder: Path
    names: SheetNames = field(default_factory=SheetNames)
    styles: Styles = field(default_factory=Styles)


class Book:
    """A workbook that is being written."""

    def __init__(self, file: BinaryIO, plan: Plan) -> None:
        self.sheets: list[Sheet] = []
        self._plan = plan
        self._archive = ZipStream(file, at=plan.at)

    def begin(self, draft: Draft) -> None:
        """Begin a sheet; what is written from now on goes there."""
        if self.sheets:
            self._close_sheet()
        number = len(self.sheets) + 1
        entry = self._archive.open(f"xl/worksheets/sheet{number}.xml")
        name = self._plan.names.next(draft.title)
        links = self._links() if draft.has_links else None
        self.sheets.append(
            Sheet(entry, draft, name=name, is_first=number == 1, links=links)
        )

    def write(self, piece: pa.RecordBatch) -> int:
        """Write rows and return how many: fewer than there are if the file is full.

        Raises:
            TooMuch: One row is larger than a sheet may be.
        """
        done = 0
        while done < piece.num_rows:
            sheet = self.sheets[-1]
            rows_left = self._plan.limits.sheet_rows - 1 - sheet.rows
            rest = piece.slice(done, rows_left)
            written = sheet.write(rest, self._bytes_left()) if rows_left else 0
            done += written
            if not written and not self._grow(is_full=rows_left > 0):
                break
        return done

    def finish(self) -> None:
        """Write the last parts; the file stays open."""
        self._close_sheet()
        listed = [
            SheetEntry(s.name, s.area if s.draft.filters else "") for s in self.sheets
        ]
        parts = small_parts(
            listed, self._plan.styles.xml(), self._about(), self._plan.at
        )
        for name, text in parts.items():
            self._archive.put(name, text)
        self._archive.finish()

    def _grow(self, *, is_full: bool) -> bool:
        """Begin a sheet; say no if it is the archive that is full."""
        if is_full and self._archive_left() <= self._sheet_left():
            if any(sheet.rows for sheet in self.sheets):
                return False
            raise _row_too_large()
        if not self.sheets[-1].rows:
            raise _row_too_large()
        self.begin(self.sheets[-1].draft)
        return True

    def _close_sheet(self) -> None:
        sheet = self.sheets[-1]
        sheet.close()
        if sheet.links is None:
            return
        if sheet.links.count:
            number = len(self.sheets)
            entry = self._archive.open(f"xl/worksheets/_rels/sheet{number}.xml.rels")
            for text in link_parts(sheet.links):
                entry.write(text.encode())
            entry.close()
        sheet.links.close()

    def _links(self) -> Links:
        return Links(self._plan.folder, self._plan.limits.links)

    def _about(self) -> Properties:
        about = self._plan.properties
        return about if about.title else replace(about, title=self._plan.title)

    def _bytes_left(self) -> int:
        return min(self._archive_left(), self._sheet_left())

    def _sheet_left(self) -> int:
        return self._plan.limits.sheet_bytes - self.sheets[-1].entry.size_bytes

    def _archive_left(self) -> int:
        sheet = self.sheets[-1]
        used = self._archive.size_bytes + sheet.entry.waiting_bytes
        if sheet.links is not None:
            used += sheet.links.tail_bytes
        return self._plan.limits.archive_bytes - TAIL_BYTES - used


def _row_too_large() -> TooMuch:
    return TooMuch(
        "one row is larger than an Excel sheet may be",
        hint="choose fewer columns, or export as CSV or Parquet",
    )
