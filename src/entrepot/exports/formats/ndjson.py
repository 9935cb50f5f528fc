"""JSON lines: one object a row, one row a line."""

from __future__ import annotations

from typing import BinaryIO

from entrepot.base.cell_lines import write_lines
from entrepot.base.cell_objects import object_lines
from entrepot.base.rows import RowStream
from entrepot.exports.spec import ExportFormat, Writing, Written


def write(stream: RowStream, file: BinaryIO, writing: Writing) -> Written:
    """Write each row as it comes; nothing before the first and after the last."""
    objects = object_lines(stream.schema.names, before="", after="\n")
    rows = write_lines(stream.batches, file, objects, writing.progress)
    return Written(rows=rows)


FORMAT = ExportFormat(
    name="ndjson",
    summary="One JSON object a line, for programs that read as they go.",
    media_type="application/x-ndjson",
    extension="ndjson",
    write=write,
)
