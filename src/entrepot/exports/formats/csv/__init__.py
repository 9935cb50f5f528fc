"""Comma-separated values, as in RFC 4180: CRLF, UTF-8, header first.

NULL and the empty text differ: the text is written `""`. Only in a result of one
column both are, because readers skip an empty line.
"""

from __future__ import annotations

from functools import partial
from typing import BinaryIO, cast

import pyarrow as pa

from entrepot.base.cell_lines import write_lines
from entrepot.base.cells import bytes_of, joined, unwrapped
from entrepot.base.errors import Invalid
from entrepot.base.rows import RowStream
from entrepot.exports.formats.csv.style import Style
from entrepot.exports.spec import ExportFormat, Option, Options, Writing, Written

GZIP_LEVEL = 1
"""Of isal, which has 0 to 3."""

DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}


def write(stream: RowStream, file: BinaryIO, writing: Writing) -> Written:
    """Write the header, if it is wanted, and a line for each row.

    Raises:
        Invalid: The text for NULL would have to be quoted.
    """
    if writing.options["compress"] != "gzip":
        return Written(rows=_write(stream, file, writing))
    from isal.igzip import IGzipFile

    # No name and no time: the same rows are the same bytes.
    packed = IGzipFile("", "wb", GZIP_LEVEL, file, 0)  # type: ignore[no-untyped-call]  # isal says no types
    with packed:
        rows = _write(stream, cast("BinaryIO", packed), writing)
    return Written(rows=rows, extension="csv.gz", media_type="application/gzip")


def _write(stream: RowStream, file: BinaryIO, writing: Writing) -> int:
    options = writing.options
    style = _style(options)
    if options["bom"]:
        file.write(b"\xef\xbb\xbf")
    if options["header"]:
        file.write(_header(stream.schema.names, style))
    lines = partial(_lines, style=style)
    return write_lines(stream.batches, file, lines, writing.progress)


def _style(options: Options) -> Style:
    style = Style(
        delimiter=DELIMITERS[str(options["delimiter"])],
        quotes_all=options["quoting"] == "all",
        null=str(options["null"]),
        guards=bool(options["guard"]),
    )
    if set(style.null) & set(style.special):
        raise Invalid("the text for NULL must not hold delimiters, quotes or new lines")
    return style


def _header(names: list[str], style: Style) -> bytes:
    columns = [pa.array([name]) for name in names]
    return bytes(bytes_of(_lines(pa.record_batch(columns, names), style)))


def _lines(batch: pa.RecordBatch, style: Style) -> pa.Array:
    null = '""' if batch.num_columns == 1 and not style.null else style.null
    parts: list[str | pa.Array] = []
    for column in batch.columns:
        parts += [unwrapped(column, style.cells), style.delimiter]
    return joined([*parts[:-1], "\r\n"], null=null)


FORMAT = ExportFormat(
    name="csv",
    summary="Comma-separated values (RFC 4180), safe to open in a spreadsheet.",
    media_type="text/csv; charset=utf-8",
    extension="csv",
    write=write,
    options=(
        Option(
            name="delimiter",
            default=",",
            help="What stands between two values.",
            choices=tuple(DELIMITERS),
        ),
        Option(
            name="quoting",
            default="minimal",
            help="Quote only what needs it, or every value.",
            choices=("minimal", "all"),
        ),
        Option(name="header", default=True, help="Begin with the columns' names."),
        Option(name="null", default="", help="What stands for NULL."),
        Option(
            name="guard",
            default=True,
            help="Put ' before text that a spreadsheet would run as a formula.",
        ),
        Option(
            name="bom",
            default=False,
            help="Begin with a byte order mark, by which Excel knows UTF-8.",
        ),
        Option(
            name="compress",
            default="none",
            help="Pack the file: `gzip` makes a `.csv.gz`.",
            choices=("none", "gzip"),
        ),
    ),
)
