"""The first rows of a file that is asked for, made as the file would be."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import msgspec

from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.exports.plan import FilePlan
from entrepot.exports.planning import plan_file
from entrepot.exports.sources import find_source
from entrepot.exports.template.preview import (
    PREVIEW_SECONDS,
    READ_ROWS,
    Preview,
    PreviewColumn,
    misfit_warnings,
    preview_sheet,
)
from entrepot.exports.wanted import ExportRequest, Source


def list_columns(house: House, source: Source) -> list[PreviewColumn]:
    """Return the columns that a source has, all of them, without reading its rows.

    Raises:
        EntrepotError: It cannot be found or opened.
    """
    whole = msgspec.structs.replace(source, columns="", **_limit(source, 1))
    found = find_source(house, whole).source
    with found.open(ReadOptions(seconds=PREVIEW_SECONDS, batch_rows=1)) as stream:
        fields = list(stream.schema)
    return [PreviewColumn(name=field.name, type=str(field.type)) for field in fields]


def preview_request(house: House, request: ExportRequest) -> Preview:
    """Return the first rows of each sheet; operations see the source's first rows only.

    Raises:
        EntrepotError: The request is wrong, or its source cannot be read.
    """
    plan = _plan(house, request)
    misfits: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        sheets = [preview_sheet(s, Path(folder), misfits) for s in plan.sheets]
    warnings = misfit_warnings(misfits)
    return Preview(file_name=plan.file_name, sheets=sheets, warnings=warnings)


def _plan(house: House, request: ExportRequest) -> FilePlan:
    few = msgspec.structs.replace(request.source, **_limit(request.source, READ_ROWS))
    return plan_file(house, msgspec.structs.replace(request, source=few))


def _limit(source: Source, rows: int) -> dict[str, int]:
    """Let a table's order be found by the database for so many rows, not for all."""
    if not source.table:
        return {}
    return {"limit": rows if source.limit is None else min(rows, source.limit)}
