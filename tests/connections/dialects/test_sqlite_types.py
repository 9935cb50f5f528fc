"""SQLite's values come out as they are, whatever their column was declared as."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.rows import DB_TYPE
from entrepot.connections import Statement
from tests.connections.dialects.sqlite_files import batches, make, opened, rows, whole

AT = datetime.fromisoformat
DECLARED = (
    ("INTEGER", [1, None, -(2**63)], pa.int64(), None),
    ("INTEGER", [1, 2.5], pa.float64(), [1.0, 2.5]),
    ("INTEGER", [2**53 + 1, 2.5], "union", None),
    ("INTEGER", [1, "x", b"y", None], "union", None),
    ("REAL", [1.5, None], pa.float64(), None),
    ("REAL", [float("inf")], pa.float64(), None),
    ("REAL", [1.5, "n/a"], "union", None),
    ("DECIMAL(10,2)", [1, 2.25], pa.float64(), [1.0, 2.25]),
    ("DECIMAL(10,2)", [2**60 + 1], pa.int64(), None),
    ("NUMERIC", [1, 2], pa.int64(), None),
    ("NUMERIC", ["12abc"], pa.string(), None),
    ("TEXT", ["", "a\0b", "ünï🙂", None], pa.string(), None),
    ("TEXT", [b"abc"], pa.binary(), None),
    ("TEXT", ["a", b"abc"], "union", None),
    ("BLOB", [b"", b"\xff", None], pa.binary(), None),
    ("BLOB", ["abc"], pa.string(), None),
    ("BLOB", ["abc", b"abc"], "union", None),
    ("BOOLEAN", [0, 1, None], pa.bool_(), [False, True, None]),
    ("BOOLEAN", [0, 2], pa.int64(), None),
    ("BOOLEAN", ["true"], pa.string(), None),
    ("DATE", ["2024-02-29", None], pa.date32(), [date(2024, 2, 29), None]),
    ("DATE", ["2024-02-29", "2023-02-29"], pa.string(), None),
    ("DATE", ["0000-01-01"], pa.string(), None),
    ("DATE", ["0001-01-01", "9999-12-31"], pa.date32(), [date.min, date.max]),
    ("DATE", ["soon"], pa.string(), None),
    ("DATE", [1700000000], pa.int64(), None),
    ("DATE", ["2024-02-29", 5], "union", None),
    ("DATETIME", ["2024-02-29"], pa.timestamp("us"), [AT("2024-02-29")]),
    (
        "DATETIME",
        ["2024-02-29 10:20:30.5"],
        pa.timestamp("us"),
        [AT("2024-02-29 10:20:30.500")],
    ),
    ("TIMESTAMP", ["2024-02-29T10:20"], pa.timestamp("us"), [AT("2024-02-29 10:20")]),
    ("DATETIME", ["2024-02-29 10:20:30Z"], pa.string(), None),
    ("DATETIME", ["2024-02-29 10:20:30.1234567"], pa.string(), None),
    ("TIME", ["10:20"], pa.string(), None),
    ("", [1], pa.int64(), None),
    ("", ["x", None], pa.string(), None),
    ("", [1, 2.5, "x", b"y", None], "union", None),
    ("INTEGER", [None, None], pa.int64(), None),
    ("DATE", [None], pa.date32(), None),
)


@pytest.mark.parametrize("is_killable", [False, True], ids=["slow", "fast"])
@pytest.mark.parametrize(("declared", "values", "arrow", "python"), DECLARED)
def test_values_come_as_they_are(
    tmp_path, declared, values, arrow, python, is_killable
):
    """As declared if all values fit exactly, else wider; none becomes another."""
    path = tmp_path / "a.db"
    inserted = [("INSERT INTO t VALUES (?)", [(v,) for v in values])]
    make(path, f"CREATE TABLE t (c {declared})", inserted)
    database = opened(path)

    _, [batch] = batches(database, whole(database, "t"), killable=is_killable)

    column = batch.column(0)
    found = column.to_pylist()
    given = values if python is None else python
    assert column.type == arrow or (arrow == "union" and column.type.num_fields == 4)
    assert found == given
    assert [type(v) for v in found] == [type(v) for v in given]


@pytest.mark.parametrize("is_killable", [False, True], ids=["slow", "fast"])
def test_a_stray_value_far_down_is_kept(tmp_path, is_killable):
    """Text in an integer column after 20,000 numbers comes as text."""
    path = tmp_path / "a.db"
    values = [(n,) for n in range(20_000)] + [("stray",), (7,)]
    make(path, "CREATE TABLE t (c INTEGER)", [("INSERT INTO t VALUES (?)", values)])
    database = opened(path)

    found = rows(database, whole(database, "t"), killable=is_killable)

    assert found == values


@pytest.mark.parametrize("is_killable", [False, True], ids=["slow", "fast"])
@pytest.mark.parametrize("last", ["late", 2.5, 3, b"x"])
def test_a_column_that_begins_with_nulls_is_kept(tmp_path, is_killable, last):
    """The first value after 20,000 nulls comes as it is."""
    path = tmp_path / "a.db"
    values = [(None,)] * 20_000 + [(last,)]
    make(path, "CREATE TABLE t (c)", [("INSERT INTO t VALUES (?)", values)])
    database = opened(path)

    assert rows(database, whole(database, "t"), killable=is_killable) == values


@pytest.mark.parametrize("is_killable", [False, True], ids=["slow", "fast"])
@pytest.mark.parametrize("before", [0, 1_000])
def test_text_that_is_not_utf8_comes_as_bytes(tmp_path, is_killable, before):
    """Its bytes are all there, beside proper text before and behind it."""
    path = tmp_path / "a.db"
    make(
        path,
        "CREATE TABLE t (n INTEGER, c TEXT)",
        [("INSERT INTO t VALUES (?, 'ünï')", [(n,) for n in range(before)])],
    )
    make(path, "INSERT INTO t VALUES (-1, CAST(x'61ff62' AS TEXT)), (-2, 'end')")
    database = opened(path)

    found = rows(database, whole(database, "t"), killable=is_killable)

    given = [(n, "ünï") for n in range(before)]
    assert found == [*given, (-1, b"a\xffb"), (-2, "end")]


def test_random_order_is_read_once(tmp_path):
    """Text that is not UTF-8 does not make rows of a shuffled result come twice."""
    path = tmp_path / "a.db"
    values = [(n,) for n in range(3_000)]
    make(path, "CREATE TABLE t (n, c)", [("INSERT INTO t VALUES (?, 'x')", values)])
    make(path, "UPDATE t SET c = CAST(x'ff' AS TEXT) WHERE n = 2000")
    database = opened(path)

    found = rows(database, "SELECT n, c FROM t ORDER BY random()")

    assert sorted(n for n, _ in found) == list(range(3_000))


def test_types_behind_a_statement_are_found(tmp_path):
    """A query's columns that are columns of a table are typed as these."""
    path = tmp_path / "a.db"
    make(path, "CREATE TABLE t (d DATE, b BOOLEAN, n DECIMAL(9,2))")
    make(path, "INSERT INTO t VALUES ('2024-02-29', 1, 5)")

    stream, [batch] = batches(
        opened(path), "SELECT n AS x, d, d, b FROM (SELECT * FROM t) -- all"
    )

    assert batch.to_pylist() == [
        {"x": 5.0, "d": date(2024, 2, 29), "d_2": date(2024, 2, 29), "b": True}
    ]
    words = [field.metadata[DB_TYPE] for field in stream.schema]
    assert words == [b"DECIMAL(9,2)", b"DATE", b"DATE", b"BOOLEAN"]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (True, 1),
        (Decimal("12"), 12),
        (Decimal("12.50"), 12.5),
        (Decimal("0.1"), 0.1),
        (Decimal("NaN"), "NaN"),
        (date(2024, 2, 29), "2024-02-29"),
        (AT("2024-02-29 10:20:30"), "2024-02-29 10:20:30"),
        (time(10, 20), "10:20:00"),
        (b"x", b"x"),
        (None, None),
    ],
)
def test_values_are_bound_as_sqlite_stores_them(tmp_path, value, stored):
    """Dates are ISO text, decimals numbers, truth values 0 and 1."""
    make(tmp_path / "a.db", "CREATE TABLE t (c)")

    found = rows(opened(tmp_path / "a.db"), Statement(sql="SELECT ?", params=[value]))

    assert found == [(stored,)]
