"""What a receipt tells people of a file beyond its figures."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest

from entrepot.exports.plan import FilePlan
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import ColumnPlan, SheetPlan
from entrepot.exports.spools import SpoolSource
from entrepot.exports.wanted import Split
from entrepot.exports.writer import Task, write

COLUMNS = (
    ColumnPlan(field="day", header="Day", type="date"),
    ColumnPlan(field="note", header="Note"),
)
LONG = "x" * 40_000


@pytest.fixture
def warnings_of(tmp_path):
    """Write columns as a workbook; return the warnings of its receipt."""

    def run(columns, **more):
        path = tmp_path / "rows.arrow"
        batch = pa.record_batch(columns)
        with pa.ipc.new_stream(str(path), batch.schema) as writer:
            writer.write_batch(batch)
        source = SpoolSource(path=path, title="rows")
        options = {o.name: o.default for o in FORMATS.get("xlsx").options}
        plan = FilePlan(
            title="rows",
            format="xlsx",
            options=options,
            file_name="rows.xlsx",
            sheets=(SheetPlan(title="Rows", source=source, columns=COLUMNS),),
            **more,
        )
        task = Task(plan=plan, seconds=9, folder=tmp_path)
        return write(task, None, io.BytesIO(), lambda rows: None).warnings

    return run


def test_cells_that_were_cut_and_values_of_another_type_are_told(warnings_of):
    """Which cell, and how many values; a file without such has no warning."""
    good = {"day": ["2025-11-20", None], "note": ["a", "b"]}
    assert warnings_of(good) == ()

    told = warnings_of({"day": ["2025-11-20", "soon"], "note": ["a", LONG]})

    assert told == (
        "the cell B3 of the sheet Rows was cut: it had 40,000 characters",
        "Day: 1 value is text, not of the type that the template wants",
    )


def test_of_several_files_each_is_named(warnings_of):
    """By its number."""
    rows = {"day": ["soon", "late"], "note": ["a", LONG]}

    assert warnings_of(rows, split=Split(rows=1)) == (
        "file 2: the cell B2 of the sheet Rows was cut: it had 40,000 characters",
        "Day: 2 values are text, not of the type that the template wants",
    )
