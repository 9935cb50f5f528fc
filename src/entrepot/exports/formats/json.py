"""JSON: one array with an object for each row, or a document around it."""

from __future__ import annotations

import json
from typing import BinaryIO

from entrepot.base.cell_lines import write_lines
from entrepot.base.cell_objects import object_lines
from entrepot.base.columns import unique_names
from entrepot.base.rows import RowStream
from entrepot.base.times import render_time
from entrepot.exports.spec import ExportFormat, Option, Writing, Written

COUNT_DIGITS = 12
"""Room for the number of rows, which is known when they are written."""


def write(stream: RowStream, file: BinaryIO, writing: Writing) -> Written:
    """Write the array, a row a line; in a document its objects are keyed by field."""
    if writing.options["layout"] == "array":
        return Written(rows=_array(stream, stream.schema.names, file, writing))
    headers = stream.schema.names
    fields = unique_names([c.field for c in writing.columns] or headers)
    about = {**writing.about, "generated_at": render_time(writing.started_at)}
    file.write(json.dumps(about, ensure_ascii=False)[:-1].encode())
    file.write(b', "record_count": ')
    place = file.tell()
    pairs = zip(fields, headers, strict=True)
    columns = [{"field": field, "header": header} for field, header in pairs]
    file.write(b" " * COUNT_DIGITS + b', "columns": ')
    file.write(json.dumps(columns, ensure_ascii=False).encode() + b',\n"data": ')
    rows = _array(stream, fields, file, writing)
    file.write(b"}\n")
    file.seek(place)
    file.write(f"{rows:>{COUNT_DIGITS}}".encode())
    file.seek(0, 2)
    return Written(rows=rows)


def _array(
    stream: RowStream, names: list[str], file: BinaryIO, writing: Writing
) -> int:
    file.write(b"[")
    objects = object_lines(names, before=",\n", after="")
    rows = write_lines(stream.batches, file, objects, writing.progress, skip=len(","))
    file.write(b"\n]\n" if rows else b"]\n")
    return rows


FORMAT = ExportFormat(
    name="json",
    summary="One JSON array of objects, or a document that says what is in it.",
    media_type="application/json",
    extension="json",
    write=write,
    options=(
        Option(
            name="layout",
            default="array",
            help="The array alone, or a document with its columns and their headers.",
            choices=("array", "document"),
        ),
    ),
)
