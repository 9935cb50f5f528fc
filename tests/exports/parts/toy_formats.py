"""Two small export formats, found as another distribution's would be."""

from __future__ import annotations

import time
import zipfile

from entrepot.exports.spec import ExportFormat, Option, Written


def write_lines(stream, file, writing):
    """Write a header and a line for each row; `seconds` are slept at the end."""
    separator = writing.options["separator"]
    rows = 0
    file.write((separator.join(stream.schema.names) + "\n").encode())
    for batch in stream.batches:
        for row in batch.to_pylist():
            file.write((separator.join(map(str, row.values())) + "\n").encode())
        rows += batch.num_rows
        writing.progress(rows)
    time.sleep(writing.options["seconds"])
    if writing.options["zipped"]:
        _zip(file)
    extension = "zip" if writing.options["zipped"] else ""
    return Written(rows=rows, parts={"lines": rows}, cells_cut=0, extension=extension)


def _zip(file):
    file.seek(0)
    text = file.read()
    file.seek(0)
    file.truncate()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("lines.txt", text)


def write_uniform(stream, file, writing):
    """Write the schema once, then the values; a batch of another schema is refused."""
    rows = 0
    file.write(f"{[str(field.type) for field in stream.schema]}\n".encode())
    for batch in stream.batches:
        assert batch.schema == stream.schema
        file.writelines(f"{list(r.values())}\n".encode() for r in batch.to_pylist())
        rows += batch.num_rows
        writing.progress(rows)
    return Written(rows=rows)


def write_sheets(sheets, file, writing):
    """Write a line with title and rows for each sheet."""
    parts = {s.title: sum(b.num_rows for b in s.stream.batches) for s in sheets}
    file.writelines(f"{title} {rows}\n".encode() for title, rows in parts.items())
    return Written(rows=sum(parts.values()), parts=parts)


FORMAT = ExportFormat(
    name="toy",
    summary="Lines of text.",
    media_type="text/x-toy",
    extension="toy",
    write=write_lines,
    options=(
        Option(
            name="separator", default=",", help="Between values.", choices=(",", ";")
        ),
        Option(name="seconds", default=0.0, help="Slept at the end."),
        Option(name="zipped", default=False, help="Pack it."),
        Option(name="level", default=1, help="A number."),
    ),
)

UNIFORM = ExportFormat(
    name="uniform",
    summary="Lines of text in one schema.",
    media_type="text/x-toy",
    extension="toy",
    write=write_uniform,
    needs_uniform=True,
)

SHEETED = ExportFormat(
    name="sheeted",
    summary="A line for each sheet.",
    media_type="text/x-toy",
    extension="sheets",
    write=write_lines,
    write_sheets=write_sheets,
)
