"""More rows than a sheet, or a workbook, holds: with limits lowered to be seen."""

import datetime as dt
import io
import random
import zipfile
from functools import partial

import openpyxl
import pyarrow as pa
import pytest

from entrepot.base.errors import TooMuch
from entrepot.base.rows import RowStream
from entrepot.exports import Writing
from entrepot.exports.formats.xlsx import FORMAT, Limits, write

AT = dt.datetime(2026, 1, 2, 3, 4, 6, tzinfo=dt.UTC)


def numbered(count):
    columns = [pa.array(range(count)), pa.array([f"v{n}" for n in range(count)])]
    return pa.record_batch(columns, ["n", "text"])


def random_text(count, size):
    """Make text that hardly shrinks."""
    chance = random.Random(7)
    return pa.array([chance.randbytes(size // 2).hex() for _ in range(count)])


@pytest.fixture
def export(tmp_path):
    """A function that writes batches under limits: (written, bytes)."""

    def run(batches, **limits):
        writing = Writing(
            title="my orders",
            options={o.name: o.default for o in FORMAT.options},
            folder=tmp_path,
            started_at=AT,
        )
        stream = RowStream(batches[0].schema, iter(batches))
        file = io.BytesIO()
        written = write(stream, file, writing, limits=Limits(**limits))
        return written, file.getvalue()

    return run


def column(body):
    """Return the sheets of a workbook: their names and their first column."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {s.title: [row[0] for row in s.iter_rows(values_only=True)] for s in book}


@pytest.mark.parametrize("batch_rows", [300, 1000, 2500])
def test_rows_go_on_in_another_sheet(export, batch_rows):
    """A sheet is full at its number of rows, header included; wherever batches end."""
    rows = numbered(2500)
    cuts = range(0, 2500, batch_rows)
    written, body = export([rows.slice(n, batch_rows) for n in cuts], sheet_rows=1001)

    assert column(body) == {
        "my orders": ["n", *range(1000)],
        "my orders (2)": ["n", *range(1000, 2000)],
        "my orders (3)": ["n", *range(2000, 2500)],
    }
    assert written.parts == {
        "my orders": 1000,
        "my orders (2)": 1000,
        "my orders (3)": 500,
    }
    assert (written.rows, written.extension) == (2500, "")


def test_a_full_sheet_is_not_followed_by_an_empty_one(export):
    """Exactly as many rows as a sheet holds make one sheet."""
    written, _ = export([numbered(1000)], sheet_rows=1001)

    assert written.parts == {"my orders": 1000}


@pytest.mark.parametrize("batch_rows", [7, 500])
def test_a_sheet_is_full_at_its_bytes(export, batch_rows):
    """No sheet's XML passes the limit, and no row is lost or twice."""
    rows = numbered(500)
    cuts = [rows.slice(n, batch_rows) for n in range(0, 500, batch_rows)]
    written, body = export(cuts, sheet_bytes=10_000)

    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sizes = [i.file_size for i in archive.infolist() if "sheets/" in i.filename]
    assert 9_000 < sizes[0] < 10_100
    assert max(sizes) < 10_100
    found = [n for sheet in column(body).values() for n in sheet[1:]]
    assert found == [*range(500)]
    assert list(written.parts.values())[:2] == [
        len(sheet) - 1 for sheet in list(column(body).values())[:2]
    ]


def test_cells_cut_are_counted_once(export):
    """A row that waits for the next sheet is counted there only."""
    rows = pa.record_batch([pa.array(["x" * 40_000] * 6)], ["n"])
    written, _ = export([rows], sheet_bytes=100_000)

    assert len(written.parts) > 1
    assert written.cells_cut == 6


def test_several_workbooks_go_out_as_one_zip(export):
    """Before an archive reaches its limit another begins; all are in the file."""
    count, limit = 300, 4 << 20
    rows = pa.record_batch(
        [pa.array(range(count)), random_text(count, 30_000)], ["n", "t"]
    )
    cuts = [rows.slice(n, 50) for n in range(0, count, 50)]
    written, body = export(cuts, archive_bytes=limit)

    assert (written.rows, written.extension) == (count, "zip")
    assert written.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [f"my_orders-{n + 1}.xlsx" for n in range(len(names))]
        books = [archive.read(name) for name in names]
    assert len(books) > 1
    assert max(map(len, books)) < limit
    sheets = [sheet for book in books for sheet in column(book).items()]
    assert [n for _, sheet in sheets for n in sheet[1:]] == [*range(count)]
    assert written.parts == {name: len(sheet) - 1 for name, sheet in sheets}


@pytest.mark.parametrize("limit", ["sheet_bytes", "archive_bytes"])
def test_a_row_that_fits_nowhere_is_too_much(export, limit):
    """One row over the limit is said so, instead of sheets without end."""
    fat = pa.record_batch(
        [pa.array(["x" * 30_000])] * 100, [f"c{n}" for n in range(100)]
    )
    run = partial(export, [fat])
    assert run(**{limit: 12 << 20})[0].rows == 1

    with pytest.raises(TooMuch, match="one row"):
        run(**{limit: 2_500_000})


def test_as_many_columns_as_a_sheet_has_fit(export):
    """The limit itself is allowed, one more is refused."""
    assert export([numbered(1)], columns=2)[0].rows == 1

    with pytest.raises(TooMuch):
        export([numbered(1)], columns=1)


def test_any_batch_fits_into_memory(export):
    """Many columns and fat cells are written a few rows at a time."""
    wide = pa.record_batch([pa.array([1] * 120)] * 2000, [f"c{n}" for n in range(2000)])
    fat = pa.record_batch([pa.array(["x" * 10_000_000] * 4)], ["x"])

    assert export([wide])[0].rows == 120
    assert export([fat])[0].cells_cut == 4
