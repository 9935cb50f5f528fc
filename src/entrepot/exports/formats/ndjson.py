"""JSON lines: one object a row, one row a line."""

from __future__ import annotations

from typing import BinaryIO

from entrepot.base.rows import RowStream
from entrepot.exports.formats._lines import write_lines
from entrepot.exports.formats._objects import object_lines
from entrepot.exports.spec import ExportFormat, Writing, Written


def write(stream: RowStream, file: BinaryIO, writing: Writing) -> Written:
    """Write each row as it comes; nothing before the first and after the last."""
    objects = object_lines(stream.schema.names, before="", after="\n")
    return Written(rows=write_lines(stream, file, writing, objects))


FORMAT = ExportFormat(
    name="ndjson",
    summary="One JSON object a line, for programs that read as they go.",
    media_type="application/x-ndjson",
    extension="ndjson",
    write=write,
)
