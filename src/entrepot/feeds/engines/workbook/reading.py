"""The rows of a workbook's sheet, the first of which names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from entrepot.base.errors import EntrepotError, Invalid, UnknownName
from entrepot.feeds.engines.batches import Gathering, column_names
from entrepot.feeds.engines.bounds import RECORD_BYTES
from entrepot.feeds.engines.files import open_fixed
from entrepot.feeds.engines.packages import Package, open_package
from entrepot.feeds.engines.workbook.cells import read_rows
from entrepot.feeds.engines.workbook.parts import Book, SharedTexts, Sheet, read_book
from entrepot.feeds.spec import Options, RawBatch, RowError

Row = tuple[int, list[str | None] | None]


def is_workbook(path: Path) -> bool:
    """Tell whether a file is a workbook of the kind that is read."""
    try:
        with open_fixed(path) as file:
            if file.read(4) != b"PK\x03\x04":
                return False
            with open_package(file) as package:
                return "xl/workbook.xml" in package.names
    except (EntrepotError, OSError):
        return False


def list_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that are to be seen.

    Raises:
        Invalid: It is no workbook, or is broken.
    """
    with open_fixed(path) as file, open_package(file) as package:
        return [sheet.name for sheet in _book(package).sheets]


def read_workbook(path: Path, options: Options) -> Iterator[RawBatch]:
    """Yield the rows of one sheet; `sheet` of the options names it, else the first.

    Raises:
        Invalid: It is no workbook, is broken, or the sheet has no row.
        UnknownName: There is no such sheet.
        TooMuch: It is larger than it may be, once unpacked.
    """
    with open_fixed(path) as file, open_package(file) as package:
        book = _book(package)
        sheet = _chosen(book, str(options.get("sheet", "")))
        shared = SharedTexts(package)
        rows = read_rows(package.pieces(sheet.part), book, shared)
        yield from _batches(rows, sheet)


def _book(package: Package) -> Book:
    if "xl/workbook.xml" not in package.names:
        raise Invalid("the file is no workbook")
    book = read_book(package)
    if not book.sheets:
        raise Invalid("the workbook has no sheet to be seen")
    return book


def _chosen(book: Book, name: str) -> Sheet:
    if not name:
        return book.sheets[0]
    for sheet in book.sheets:
        if sheet.name == name:
            return sheet
    raise UnknownName("sheet", name, [sheet.name for sheet in book.sheets])


def _batches(rows: Iterator[Row], sheet: Sheet) -> Iterator[RawBatch]:
    header = next((cells for _, cells in rows if cells and any(cells)), None)
    if header is None:
        raise Invalid(f"the sheet {sheet.name!r} has no row that names its columns")
    while header and not header[-1]:
        header.pop()
    gathering = Gathering(column_names(header))
    width = len(header)
    for line, cells in rows:
        if cells is None:
            gathering.errors.append(_too_long(line))
        elif any(cells[width:]):
            gathering.errors.append(_too_wide(line, width, cells))
        elif any(cells):
            row = cells[:width] + [None] * (width - len(cells))
            gathering.add(line, row)
        if gathering.is_full:
            yield gathering.take()
    yield gathering.take()


def _too_long(line: int) -> RowError:
    return RowError(
        line=line,
        column="",
        value="",
        reason=f"is longer than {RECORD_BYTES >> 20} MB",
        code="too-long",
        hint="such a value is seldom meant",
    )


def _too_wide(line: int, width: int, cells: list[str | None]) -> RowError:
    value = next(cell for cell in cells[width:] if cell)
    return RowError(
        line=line,
        column="",
        value=value[:200],
        reason=f"has a value behind the last of {width} columns",
        code="wrong-width",
        hint="give the column a name, or empty the cell",
    )
