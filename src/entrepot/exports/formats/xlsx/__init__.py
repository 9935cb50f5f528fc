"""Excel workbooks: typed cells, bold frozen header, filter, widths; any size.

Sheets follow at 1,048,576 rows or 4 GB of XML, further workbooks before 4 GiB.
What Excel would change is text: integers and decimals over 15 digits, dates before
March 1900. Moments with a zone are shown in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import BinaryIO

import pyarrow as pa

from entrepot.base.cells import pieces
from entrepot.base.errors import TooMuch
from entrepot.base.rows import RowStream
from entrepot.exports.formats.xlsx.book import Limits, Plan
from entrepot.exports.formats.xlsx.look import first_rows, widths
from entrepot.exports.formats.xlsx.names import cut
from entrepot.exports.formats.xlsx.sheet import Look
from entrepot.exports.formats.xlsx.text import CELL_UNITS, escape
from entrepot.exports.formats.xlsx.volumes import Volumes
from entrepot.exports.spec import ExportFormat, Option, Writing, Written

EXCEL = Limits()


def write(
    stream: RowStream, file: BinaryIO, writing: Writing, *, limits: Limits = EXCEL
) -> Written:
    """Write sheets, and further workbooks where one does not hold the rows.

    Raises:
        TooMuch: There are more columns than a sheet has, or a row does not fit one.
    """
    names = stream.schema.names
    _check_columns(names, limits)
    first, batches = first_rows(stream.batches)
    volumes = Volumes(file, writing.folder, _plan(names, first, writing, limits))
    rows = 0
    with closing(volumes):
        for batch in batches:
            for piece in pieces(batch):
                volumes.write(piece)
            rows += batch.num_rows
            writing.progress(rows)
        return volumes.finish()


def _check_columns(names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.columns:
        raise TooMuch(
            f"Excel holds {limits.columns:,} columns; this result has {len(names):,}",
            hint="choose fewer columns, or export as CSV or Parquet",
        )


def _plan(
    names: Sequence[str],
    first: Sequence[pa.RecordBatch],
    writing: Writing,
    limits: Limits,
) -> Plan:
    options = writing.options
    filters = bool(options["autofilter"])
    look = Look(
        headers=[escape(cut(name, CELL_UNITS)) for name in names],
        widths=widths(names, first, filters=filters),
        freezes=bool(options["freeze"]),
        filters=filters,
    )
    sheet = str(options["sheet"]) or writing.title
    return Plan(
        title=writing.title,
        sheet=sheet,
        look=look,
        at=writing.started_at,
        limits=limits,
    )


FORMAT = ExportFormat(
    name="xlsx",
    summary="Excel workbook with typed cells, a frozen header and a filter.",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extension="xlsx",
    write=write,
    is_compressed=True,
    options=(
        Option(name="sheet", default="", help="Name of the sheet; else the source's."),
        Option(name="freeze", default=True, help="Keep the header in view."),
        Option(name="autofilter", default=True, help="Put filters into the header."),
    ),
)
