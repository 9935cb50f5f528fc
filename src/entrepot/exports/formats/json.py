"""JSON: one array with an object for each row."""

from __future__ import annotations

from typing import BinaryIO

from entrepot.base.cell_lines import write_lines
from entrepot.base.cell_objects import object_lines
from entrepot.base.rows import RowStream
from entrepot.exports.spec import ExportFormat, Writing, Written


def write(stream: RowStream, file: BinaryIO, writing: Writing) -> Written:
    """Write the array, a row a line."""
    file.write(b"[")
    objects = object_lines(stream.schema.names, before=",\n", after="")
    rows = write_lines(stream.batches, file, objects, writing.progress, skip=len(","))
    file.write(b"\n]\n" if rows else b"]\n")
    return Written(rows=rows)


FORMAT = ExportFormat(
    name="json",
    summary="One JSON array of objects.",
    media_type="application/json",
    extension="json",
    write=write,
)
