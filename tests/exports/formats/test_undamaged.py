"""What exporters are known to damage comes out of every format as it went in."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.contracts.export_format import Desk

TEXTS = [
    "+6281234567", "007", "081234567", "9007199254740993123", "ﬁ", "²", "🙂", "'",
    " x ", "1e5", "-1,250.50", "2025-11-20", "TRUE", "a\nb", "é", "e\u0301",
    "x" * 40_000,
]  # fmt: skip
"""Telephone numbers, leading zeros, long numbers, signs that are not simplified."""

FORMULAS = ["=1+1", "@x", "-x"]
MOMENT = dt.datetime(2025, 11, 20, 23, 59, 59)  # noqa: DTZ001


def read_csv(body):
    """Return the cells of the only column."""
    text = io.StringIO(body.decode(), newline="")
    return [row[0] for row in csv.reader(text)][1:]


def read_ndjson(body):
    """Return the values of `x`."""
    return [json.loads(line)["x"] for line in body.decode().split("\n") if line]


READERS = {
    "csv": read_csv,
    "json": lambda body: [row["x"] for row in json.loads(body)],
    "ndjson": read_ndjson,
    "parquet": lambda body: pq.read_table(io.BytesIO(body)).column("x").to_pylist(),
}


@pytest.fixture(params=sorted(READERS))
def through(request, tmp_path):
    """Write a column in each format, and read it back with another's reader."""

    def write_and_read(values, **options):
        desk = Desk(request.param, tmp_path)
        return READERS[request.param](desk.export_column(values, **options))

    write_and_read.format = request.param
    return write_and_read


def test_texts_stay_what_they_are(through):
    """To the last sign."""
    assert through(TEXTS) == TEXTS


def test_formulas_stay_texts(through):
    """For machines as they are; in CSV with a guard, for the sake of spreadsheets."""
    options = {"guard": False} if through.format == "csv" else {}

    assert through(FORMULAS, **options) == FORMULAS


def test_a_number_of_19_digits_keeps_them(through):
    """As a number where the format has such, else as text."""
    found = through([9007199254740993123])

    assert list(map(str, found)) == ["9007199254740993123"]


def test_a_moment_keeps_its_time_of_day(through):
    """In ISO where the format has no moments."""
    (found,) = through(pa.array([MOMENT]))

    told = found.isoformat() if isinstance(found, dt.datetime) else found
    assert told.replace(" ", "T") == "2025-11-20T23:59:59"
