"""One workbook: a ZIP archive with as many sheets as its rows need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import pyarrow as pa

from entrepot.base.errors import TooMuch
from entrepot.base.zipstream import LIMIT_BYTES, ZipStream
from entrepot.exports.formats.xlsx.names import sheet_name
from entrepot.exports.formats.xlsx.parts import SheetEntry, small_parts
from entrepot.exports.formats.xlsx.sheet import Look, Sheet

TAIL_BYTES = 1 << 20
"""Kept free for the small parts and the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What Excel takes; `sheet_rows` counts the header too."""

    columns: int = 16_384
    sheet_rows: int = 1_048_576
    sheet_bytes: int = 4_000_000_000
    archive_bytes: int = LIMIT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What all workbooks of one export have in common."""

    title: str
    sheet: str
    look: Look
    at: datetime
    limits: Limits


class Book:
    """A workbook that is being written."""

    def __init__(self, file: BinaryIO, plan: Plan, *, first_sheet: int) -> None:
        self.sheets: list[Sheet] = []
        self._plan = plan
        self._first_sheet = first_sheet
        self._archive = ZipStream(file, at=plan.at)
        self._add_sheet()

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
        self.sheets[-1].close()
        filters = self._plan.look.filters
        listed = [SheetEntry(s.name, s.area if filters else "") for s in self.sheets]
        parts = small_parts(listed, title=self._plan.title, at=self._plan.at)
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
        self.sheets[-1].close()
        self._add_sheet()
        return True

    def _add_sheet(self) -> None:
        number = len(self.sheets) + 1
        entry = self._archive.open(f"xl/worksheets/sheet{number}.xml")
        name = sheet_name(self._plan.sheet, self._first_sheet + number - 1)
        look = self._plan.look
        self.sheets.append(Sheet(entry, look, name=name, is_first=number == 1))

    def _bytes_left(self) -> int:
        return min(self._archive_left(), self._sheet_left())

    def _sheet_left(self) -> int:
        return self._plan.limits.sheet_bytes - self.sheets[-1].entry.size_bytes

    def _archive_left(self) -> int:
        used = self._archive.size_bytes + self.sheets[-1].entry.waiting_bytes
        return self._plan.limits.archive_bytes - TAIL_BYTES - used


def _row_too_large() -> TooMuch:
    return TooMuch(
        "one row is larger than an Excel sheet may be",
        hint="choose fewer columns, or export as CSV or Parquet",
    )
