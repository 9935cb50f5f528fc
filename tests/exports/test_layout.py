"""What a plan becomes: one stream, sheets, or an archive of files."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from zipfile import ZipFile

import pyarrow as pa
import pytest

from entrepot.base.errors import Broken, TooMuch
from entrepot.base.rows import ReadOptions
from entrepot.exports.parts import Archive
from entrepot.exports.plan import FilePlan, SourceFacts
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import SheetPlan, Writing
from entrepot.exports.splitting import Splitter
from entrepot.exports.spools import SpoolSource
from entrepot.exports.wanted import Split
from entrepot.exports.writer import Task, write

OPTIONS = {"separator": ",", "seconds": 0.0, "zipped": False, "level": 1}


@pytest.fixture
def spool(tmp_path):
    """Make a spool of so many rows `n`, from `first` on, in batches of four."""

    def make(title, rows, first=0):
        path = tmp_path / f"{title}.arrow"
        schema = pa.schema([("n", pa.int64())])
        with pa.ipc.new_stream(str(path), schema) as writer:
            for start in range(first, first + rows, 4):
                ids = range(start, min(start + 4, first + rows))
                writer.write_batch(pa.record_batch({"n": pa.array(ids)}))
        return SheetPlan(title=title, source=SpoolSource(path=path, title=title))

    return make


@pytest.fixture
def made(tmp_path):
    """Write a plan to memory; return its bytes and the outcome."""

    def make(*sheets, most_rows=None, **more):
        plan = plan_of(*sheets, **more)
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        file = io.BytesIO()
        task = Task(plan=plan, seconds=9, folder=folder, most_rows=most_rows)
        outcome = write(task, _no_database, file, lambda rows: None)
        return file.getvalue(), outcome

    return make


def plan_of(*sheets, format="toy", **more):
    """Return the plan of a file `stock.toy`."""
    given = {"options": OPTIONS, "file_name": "stock.toy", **more}
    return FilePlan(title="stock", format=format, sheets=sheets, **given)


def _no_database(target):
    raise AssertionError(target)


def members(body):
    """Return the archive's files and their texts."""
    with ZipFile(io.BytesIO(body)) as archive:
        return {i.filename: archive.read(i).decode() for i in archive.infolist()}


def test_a_spool_is_one_file(made, spool):
    """A plan of one sheet is what the format makes of its rows."""
    body, outcome = made(spool("stock", 5))

    assert body == b"n\n0\n1\n2\n3\n4\n"
    assert (outcome.rows, outcome.files) == (5, ())
    assert outcome.sha256 == hashlib.sha256(body).hexdigest()


def test_a_split_is_an_archive_of_files(made, spool):
    """Each file has so many rows and its own hash; the receipt knows them all."""
    body, outcome = made(
        spool("stock", 5), split=Split(rows=2), part_name="{stem}_{number}_of_{total}"
    )

    assert members(body) == {
        "stock_1_of_3.toy": "n\n0\n1\n",
        "stock_2_of_3.toy": "n\n2\n3\n",
        "stock_3_of_3.toy": "n\n4\n",
    }
    assert (outcome.rows, outcome.extension) == (5, "zip")
    assert [(f.name, f.rows, f.size_bytes) for f in outcome.files] == [
        ("stock_1_of_3.toy", 2, 6),
        ("stock_2_of_3.toy", 2, 6),
        ("stock_3_of_3.toy", 1, 4),
    ]
    assert outcome.files[2].sha256 == hashlib.sha256(b"n\n4\n").hexdigest()


def test_a_stored_file_can_be_sent_out_of_the_archive(made, spool):
    """What is compressed already lies in the archive as it is, at its offset."""
    body, outcome = made(spool("stock", 5), split=Split(rows=3), format="parquet")
    first, second = outcome.files

    for part in (first, second):
        taken = body[part.offset : part.offset + part.size_bytes]
        assert hashlib.sha256(taken).hexdigest() == part.sha256


def test_sheets_become_files_where_the_format_has_none(made, spool):
    """Two sheets of a format without sheets go out as two files."""
    body, outcome = made(
        spool("a", 2), spool("b", 1, first=7), part_name="{stem}_{sheet}"
    )

    assert members(body) == {"stock_a.toy": "n\n0\n1\n", "stock_b.toy": "n\n7\n"}
    assert outcome.rows == 3


def test_names_in_an_archive_differ(made, spool):
    """A name that came before gets its number."""
    body, _ = made(spool("a", 1), spool("b", 1), part_name="same")

    assert list(members(body)) == ["same.toy", "same_2.toy"]


def test_a_format_with_sheets_gets_them_one_by_one(made, spool):
    """Each sheet is read when it is its turn; the rows of all are counted."""
    body, outcome = made(spool("a", 2), spool("b", 5), format="sheeted")

    assert body == b"a 2\nb 5\n"
    assert (outcome.rows, outcome.parts) == (7, {"a": 2, "b": 5})


def test_no_rows_are_one_file_with_its_header(made, spool):
    """An empty source is split into one empty file."""
    body, _ = made(spool("stock", 0), split=Split(rows=2))

    assert members(body) == {"stock_1.toy": "n\n"}


def test_too_many_files_are_refused(spool, tmp_path):
    """An archive of a file for each row nobody wants."""
    sheet, plan = spool("stock", 1), plan_of(spool("stock", 1))
    writing = Writing(title="stock", options=OPTIONS, folder=tmp_path)
    archive = Archive(plan, FORMATS.get("toy"), tmp_path, most_files=2)
    with sheet.source.open(ReadOptions()) as stream:
        archive.add(sheet, stream, writing)
        archive.add(sheet, stream, writing)

        with pytest.raises(TooMuch, match="more than 2 files"):
            archive.add(sheet, stream, writing)


def test_fewer_rows_than_expected_are_no_file(made, spool):
    """Where the count is known beforehand, the file has it or is not there."""
    assert made(spool("stock", 5), facts=SourceFacts(expected_rows=5))[1].rows == 5

    with pytest.raises(Broken, match="6 rows were expected but 5 written"):
        made(spool("stock", 5), facts=SourceFacts(expected_rows=6))


def test_a_bound_is_of_the_rows_in_the_file(made, spool):
    """More rows than one may take are refused, over all sheets."""
    assert made(spool("a", 2), spool("b", 3), most_rows=5)[1].rows == 5

    with pytest.raises(TooMuch, match="more than 4 rows"):
        made(spool("a", 2), spool("b", 3), most_rows=4)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 7, 8, 100])
def test_a_splitter_loses_no_row(spool, rows):
    """All parts but the last are full, whatever the batches were."""
    with spool("stock", 8).source.open(ReadOptions()) as stream:
        sizes = [
            [n for batch in part.batches for n in batch["n"].to_pylist()]
            for part in Splitter(stream, rows).parts()
        ]

    assert [n for part in sizes for n in part] == list(range(8))
    assert all(len(part) == rows for part in sizes[:-1])


def test_the_sheet_of_each_file_has_its_number(made, spool):
    """Where the plan says how; else all have the same name."""
    sheet = replace(spool("stock", 3), part_title="Stock (Batch {number})")
    options = {option.name: option.default for option in FORMATS.get("xlsx").options}

    body, outcome = made(
        sheet, split=Split(rows=2), format="xlsx", options=options, file_name="a.xlsx"
    )

    with ZipFile(io.BytesIO(body)) as archive:
        books = [ZipFile(io.BytesIO(archive.read(f.name))) for f in outcome.files]
    assert [
        re.findall(rb'<sheet name="([^"]+)"', book.read("xl/workbook.xml"))
        for book in books
    ] == [[b"Stock (Batch 1)"], [b"Stock (Batch 2)"]]
