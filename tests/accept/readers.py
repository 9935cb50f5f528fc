"""Exported files read back by other people's programs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import python_calamine

Rows = list[tuple[Any, ...]]


def read_csv(body: bytes) -> Rows:
    """Read with the standard library; the header goes."""
    return [tuple(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))][1:]


def read_json(body: bytes) -> Rows:
    """Read one array of objects."""
    return [tuple(row.values()) for row in json.loads(body)]


def read_ndjson(body: bytes) -> Rows:
    """Read an object a line."""
    return [tuple(json.loads(line).values()) for line in body.splitlines()]


def read_parquet(body: bytes) -> Rows:
    """Read with pyarrow."""
    table = pq.read_table(io.BytesIO(body))
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True))


def read_xlsx(body: bytes) -> Rows:
    """Read with openpyxl; calamine must find as many rows."""
    sheet = openpyxl.load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
    header, *_ = sheet.iter_rows(max_row=1, values_only=True)
    rows = list(sheet.iter_rows(max_col=len(header), values_only=True))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert len(book.get_sheet_by_index(0).to_python()) == len(rows)
    return rows[1:]


READERS = {
    "csv": read_csv,
    "json": read_json,
    "ndjson": read_ndjson,
    "parquet": read_parquet,
    "xlsx": read_xlsx,
}
BLANK_IS_NULL = {"csv", "xlsx"}
"""Formats that cannot tell NULL from a blank text."""
