"""Read workbooks (.xlsx, .xls) into a spool for each sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.columns import unique_names
from entrepot.base.errors import Invalid, TooMuch
from entrepot.exports.intake.columns import Columns, Record
from entrepot.exports.intake.hashing import sha256_of
from entrepot.exports.intake.packages import check_old_book, check_package
from entrepot.exports.intake.spec import Sheet, Taken, Wanted
from entrepot.exports.intake.spooling import write_spool

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet

MOST_SHEETS = 255
BLOCK_ROWS = 1_000
EXACT = 2**53


def read_workbook(file: BinaryIO, wanted: Wanted) -> Taken:
    """Return what a workbook's sheets hold; their first rows name the columns.

    Formulas are their last results. Sheets without any cell are left out.

    Raises:
        Invalid: It is no workbook, encrypted, or has macros or outside links.
        TooMuch: It is too large when unpacked.
    """
    import python_calamine as calamine

    check = check_old_book if wanted.kind == "xls" else check_package
    check(file)
    sha256 = sha256_of(file)
    try:
        book = calamine.CalamineWorkbook.from_filelike(file)
    except calamine.CalamineError as error:
        raise Invalid(f"the workbook cannot be read: {error}") from None
    if len(book.sheet_names) > MOST_SHEETS:
        raise TooMuch(f"the workbook has more than {MOST_SHEETS} sheets")
    sheets: list[Sheet] = []
    for name in book.sheet_names:
        sheet = _read_sheet(book.get_sheet_by_name(name), name, _place(wanted, sheets))
        if sheet is not None:
            sheets.append(sheet)
    if not sheets:
        raise Invalid("no sheet of the workbook has a cell")
    first = sheets[0]
    return Taken(
        spool=first.spool,
        rows=first.rows,
        columns=first.columns,
        sha256=sha256,
        sheets=tuple(sheets),
    )


def _place(wanted: Wanted, before: list[Sheet]) -> Path:
    stem = wanted.spool.stem + (f"-{len(before) + 1}" if before else "")
    return wanted.spool.with_name(f"{stem}.arrow")


def _read_sheet(sheet: CalamineSheet, name: str, spool: Path) -> Sheet | None:
    rows = sheet.iter_rows()
    header = next((row for row in rows if any(cell != "" for cell in row)), None)
    if header is None:
        return None
    named = [_name(cell) or f"column_{n}" for n, cell in enumerate(header, start=1)]
    names = unique_names(named)
    columns = Columns(name)
    write_spool(spool, _blocks(rows, names, columns), columns.schema)
    return Sheet(name=name, spool=spool, rows=columns.rows, columns=tuple(names))


def _blocks(
    rows: Iterator[Sequence[object]], names: list[str], columns: Columns
) -> Iterator[pa.RecordBatch]:
    yield from columns.blocks_of(names)
    while block := list(islice(rows, BLOCK_ROWS)):
        yield from columns.blocks([_record(names, row) for row in block])


def _record(names: list[str], row: Sequence[object]) -> Record:
    return dict(zip(names, map(_value, row), strict=False))


def _value(cell: object) -> object:
    """Return a cell as it is meant: all numbers of Excel are doubles."""
    if cell == "":
        return None
    is_whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT
    if is_whole:
        return int(cell)  # type: ignore[call-overload]  # a float
    return str(cell) if isinstance(cell, dt.timedelta) else cell


def _name(cell: object) -> str:
    value = _value(cell)
    return "" if value is None else str(value).strip()
