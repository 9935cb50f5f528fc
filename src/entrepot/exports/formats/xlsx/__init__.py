"""Excel workbooks: typed cells, bold frozen header, filter, widths; any size.

Sheets follow at 1,048,576 rows or 4 GB of XML, further workbooks before 4 GiB.
What Excel would change is text: integers and decimals over 15 digits, dates before
March 1900. Moments with a zone are shown in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import BinaryIO

import pyarrow as pa

from entrepot.base.cells import pieces
from entrepot.base.errors import TooMuch
from entrepot.base.rows import RowStream
from entrepot.exports.formats.xlsx.book import Limits, Plan
from entrepot.exports.formats.xlsx.draft import draft_of
from entrepot.exports.formats.xlsx.look import first_rows
from entrepot.exports.formats.xlsx.volumes import Volumes
from entrepot.exports.spec import ExportFormat, Option, Sheet, Writing, Written

EXCEL = Limits()


def write(
    stream: RowStream, file: BinaryIO, writing: Writing, *, limits: Limits = EXCEL
) -> Written:
    """Write sheets, and further workbooks where one does not hold the rows.

    Raises:
        TooMuch: There are more columns than a sheet has, or a row does not fit one.
    """
    title = str(writing.options["sheet"]) or writing.title
    sheet = Sheet(title=title, stream=stream, look=writing.look)
    return write_sheets([sheet], file, writing, limits=limits)


def write_sheets(
    sheets: Iterable[Sheet],
    file: BinaryIO,
    writing: Writing,
    *,
    limits: Limits = EXCEL,
) -> Written:
    """Write one or more sheets of each stream; else as `write`."""
    plan = Plan(
        title=writing.title,
        properties=writing.properties,
        at=writing.started_at,
        limits=limits,
        folder=writing.folder,
    )
    rows = 0
    with closing(Volumes(file, writing.folder, plan)) as volumes:
        for sheet in sheets:
            for batch in _begun(volumes, sheet, writing, plan):
                for piece in pieces(batch):
                    volumes.write(piece)
                rows += batch.num_rows
                writing.progress(rows)
        return volumes.finish()


def _begun(
    volumes: Volumes, sheet: Sheet, writing: Writing, plan: Plan
) -> Iterator[pa.RecordBatch]:
    """Begin a sheet by its first rows; return all batches."""
    names = sheet.stream.schema.names
    _check_columns(names, plan.limits)
    first, batches = first_rows(sheet.stream.batches)
    volumes.begin(
        draft_of(
            sheet.title,
            names,
            first,
            look=sheet.look,
            options=writing.options,
            styles=plan.styles,
        )
    )
    return batches


def _check_columns(names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.columns:
        raise TooMuch(
            f"Excel holds {limits.columns:,} columns; this result has {len(names):,}",
            hint="choose fewer columns, or export as CSV or Parquet",
        )


FORMAT = ExportFormat(
    name="xlsx",
    summary="Excel workbook with typed cells, a frozen header and a filter.",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extension="xlsx",
    write=write,
    write_sheets=write_sheets,
    is_compressed=True,
    options=(
        Option(name="sheet", default="", help="Name of the sheet; else the source's."),
        Option(name="freeze", default=True, help="Keep the header in view."),
        Option(name="autofilter", default=True, help="Put filters into the header."),
        Option(
            name="compact",
            default=False,
            help="Leave out what readers can do without: looks, widths, references.",
        ),
    ),
)
