"""Archives whose writer dies in the midst: the next attempt goes on behind it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest

from entrepot.connections import Statement, StatementReader, Target
from entrepot.exports.kept import kept_folder
from entrepot.exports.plan import FilePlan
from entrepot.exports.spec import SheetPlan
from entrepot.exports.spools import SpoolSource
from entrepot.exports.wanted import Split
from entrepot.exports.writer import Task, write

OPTIONS = {"separator": ",", "seconds": 0.0, "zipped": False, "level": 1}
TARGET = Target(name="depot", dialect="drill", url="drill://here")
TABLE = StatementReader(
    target=TARGET, statement=Statement(sql="SELECT 1"), title="stock"
)


class PowerFailure(BaseException):
    """What no code of ours is told of."""


@pytest.fixture
def plan(tmp_path):
    """The plan of five rows that were sent, two in a file."""
    path = tmp_path / "stock.arrow"
    with pa.ipc.new_stream(str(path), pa.schema([("n", pa.int64())])) as writer:
        for n in range(5):
            writer.write_batch(pa.record_batch({"n": pa.array([n])}))
    return FilePlan(
        title="stock",
        format="toy",
        options=OPTIONS,
        file_name="stock.zip",
        sheets=(SheetPlan(title="", source=SpoolSource(path=path, title="stock")),),
        split=Split(rows=2),
    )


@pytest.fixture
def attempt(tmp_path):
    """Write a plan; the power fails when so many rows were read."""

    def make(plan, fails_at=None):
        kept = kept_folder(plan, tmp_path)

        def beat(rows):
            if rows == fails_at:
                raise PowerFailure

        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        file = io.BytesIO()
        task = Task(plan=plan, seconds=9, folder=work, kept=kept)
        outcome = write(task, lambda target: None, file, beat)
        with ZipFile(file) as archive:
            return outcome, {n: archive.read(n).decode() for n in archive.namelist()}

    return make


WHOLE = {
    "stock_1.toy": "n\n0\n1\n",
    "stock_2.toy": "n\n2\n3\n",
    "stock_3.toy": "n\n4\n",
}


def kept_files(plan, folder) -> dict[str, Path]:
    """Return the files that an attempt left whole."""
    found = kept_folder(plan, folder)
    return {p.name: p for p in found.iterdir() if (found / f"{p.name}.json").exists()}


def test_whole_files_are_not_written_again(plan, attempt, tmp_path):
    """The second attempt takes the first two as they are, and the archive is whole."""
    with pytest.raises(PowerFailure):
        attempt(plan, fails_at=5)
    left = {n: p.stat().st_mtime_ns for n, p in kept_files(plan, tmp_path).items()}
    outcome, files = attempt(plan)

    assert sorted(left) == ["part-1", "part-2"]
    assert files == WHOLE
    assert (outcome.rows, outcome.measures["files_reused"]) == (5, 2)


def test_nothing_is_reused_of_what_is_not_whole(plan, attempt, tmp_path):
    """A file that the disk lost a part of is written again."""
    with pytest.raises(PowerFailure):
        attempt(plan, fails_at=5)
    kept_files(plan, tmp_path)["part-1"].write_text("n\n0\n")
    outcome, files = attempt(plan)

    assert files == WHOLE
    assert outcome.measures["files_reused"] == 1


def test_another_plan_has_files_of_its_own(plan, attempt):
    """What was written with other options is not taken for this plan's."""
    with pytest.raises(PowerFailure):
        attempt(plan, fails_at=5)
    other = replace(plan, options={**OPTIONS, "separator": ";"})
    outcome, files = attempt(other)

    assert files == WHOLE
    assert "files_reused" not in outcome.measures


def test_only_what_cannot_change_goes_on(plan, tmp_path):
    """Rows of a database are read anew under one snapshot, whatever was written."""
    table = replace(plan, sheets=(SheetPlan(title="", source=TABLE),))
    joined = replace(plan, sheets=(replace(plan.sheets[0], joined=(TABLE,)),))

    assert kept_folder(plan, tmp_path) is not None
    assert kept_folder(table, tmp_path) is None
    assert kept_folder(joined, tmp_path) is None
    assert kept_folder(replace(plan, split=None), tmp_path) is None
