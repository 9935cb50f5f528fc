"""Each operation, by small tables."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.errors import Invalid, InvalidValue, TooMuch, UnknownName

GOODS = {
    "id": [1, 2, 3, 4, 5],
    "Name": ["pen", "Pen", None, "ink", "10"],
    "price": [2.5, 1.0, None, 2.5, -3.0],
    "is_new": [True, None, False, True, False],
}


def kept(run, **wanted):
    """Return the ids of the rows that a filter keeps."""
    _, rows = run(GOODS, {"type": "filter", **wanted})
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"column": "Name", "value": "pen"}, [1]),
        ({"column": "Name", "value": 10}, [5]),
        ({"column": "Name", "operator": "ne", "value": "pen"}, [2, 4, 5]),
        ({"column": "Name", "operator": "null"}, [3]),
        ({"column": "Name", "operator": "not_null"}, [1, 2, 4, 5]),
        ({"column": "Name", "operator": "contains", "value": "n"}, [1, 2, 4]),
        ({"column": "Name", "operator": "starts_with", "value": "P"}, [2]),
        ({"column": "Name", "operator": "ends_with", "value": "k"}, [4]),
        ({"column": "Name", "operator": "matches", "value": "^(?i)PEN$"}, [1, 2]),
        ({"column": "id", "operator": "in", "value": [1, "3", 9.0]}, [1, 3]),
        ({"column": "id", "operator": "in", "value": []}, []),
        ({"column": "Name", "operator": "not_in", "value": ["pen"]}, [2, 4, 5]),
        ({"column": "Name", "operator": "not_in", "value": []}, [1, 2, 4, 5]),
        ({"column": "id", "operator": "gt", "value": 2.5}, [3, 4, 5]),
        ({"column": "id", "value": 2.5}, []),
        ({"column": "id", "operator": "le", "value": "2"}, [1, 2]),
        ({"column": "id", "operator": "lt", "value": 10**30}, [1, 2, 3, 4, 5]),
        ({"column": "price", "operator": "between", "value": [1, 2.5]}, [1, 2, 4]),
        ({"column": "is_new", "value": True}, [1, 4]),
        ({"column": "is_new", "value": "false"}, [3, 5]),
        ({"column": "Name", "value": "x' OR '1'='1"}, []),
    ],
)
def test_a_filter_keeps_the_rows_that_fit(run, wanted, ids):
    """NULL fits nothing but `null`."""
    assert kept(run, **wanted) == ids


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"column": "id", "value": "x"}, "id is compared with a number, not 'x'"),
        ({"column": "id", "value": True}, "id is compared with a number, not 'True'"),
        ({"column": "is_new", "value": 7}, "is_new is compared with true or false, "
         "not '7'"),
        ({"column": "id", "value": None}, "eq takes one value, not null"),
        ({"column": "id", "value": [1]}, "eq takes one value, not a list"),
        ({"column": "id", "operator": "in", "value": 1}, "in takes a list of values"),
        ({"column": "id", "operator": "between", "value": [1]},
         "between takes a list of two values"),
        ({"column": "id", "operator": "in", "value": [None]}, "null equals nothing"),
        ({"column": "Name", "operator": "matches", "value": "x" * 1001},
         "longer than 1000 characters"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(run, wanted, words):
    """The operation is named by its place."""
    with pytest.raises(InvalidValue) as caught:
        kept(run, **wanted)

    assert caught.value.detail == f"operations[0]: value: {words}"


def test_a_broken_pattern_is_refused(run):
    """A pattern that takes other engines for ever is quick here."""
    slow = {"x": ["a" * 5_000 + "!"]}
    wanted = {"type": "filter", "column": "x", "operator": "matches"}
    assert run(slow, {**wanted, "value": "^(a+)+$"})[1] == []

    with pytest.raises(Invalid, match=r"operations\[0\]: missing \): \("):
        run(slow, {**wanted, "value": "("})


TIMES = {
    "day": [date(2025, 1, 1), date(2025, 1, 2)],
    "at": [datetime(2025, 1, 1, 10), datetime(2025, 1, 2, 0)],  # noqa: DTZ001
    "clock": [time(9), time(10, 0, 0, 1)],
    "cost": [Decimal("1.10"), Decimal("-2.00")],
    "big": [2**63 - 1, 2**53 + 1],
}


@pytest.mark.parametrize(
    ("column", "operator", "value", "count"),
    [
        ("day", "eq", "2025-01-01", 1),
        ("day", "gt", "2025-01-01 10:00", 1),
        ("at", "ge", "2025-01-01T10:00:00", 2),
        ("at", "lt", "2025-01-02", 1),
        ("clock", "gt", "10:00", 1),
        ("cost", "eq", 1.1, 1),
        ("cost", "lt", "-1.999999", 1),
        ("big", "eq", 2**53 + 1, 1),
        ("big", "eq", 2**53, 0),
        ("big", "eq", str(2**63 - 1), 1),
    ],
)
def test_times_decimals_and_large_numbers_are_compared_exactly(
    run, column, operator, value, count
):
    """None of them goes through text or a double."""
    wanted = {"column": column, "operator": operator, "value": value}

    _, rows = run(TIMES, {"type": "filter", **wanted})

    assert len(rows) == count


def test_sort_keeps_equal_rows_in_order_and_null_last(run):
    """In both directions, by several columns, and once more after a filter."""
    by = [{"column": "price", "order": "desc"}]

    assert [r[0] for r in run(GOODS, {"type": "sort", "by": by})[1]] == [1, 4, 2, 5, 3]
    by[0]["order"] = "asc"
    assert [r[0] for r in run(GOODS, {"type": "sort", "by": by})[1]] == [5, 2, 1, 4, 3]
    again = [
        {"type": "sort", "by": [{"column": "id", "order": "desc"}]},
        {"type": "sort", "by": by},
        {"type": "filter", "column": "id", "operator": "ne", "value": 2},
        {"type": "select", "columns": ["Name", "id"]},
    ]
    assert [r[1] for r in run(GOODS, *again)[1]] == [5, 4, 1, 3]


def test_select_rename_and_derive(run):
    """Names that differ in case are two; a derived one may take another's place."""
    table = {"a": [1, 2], "A": [10, None], "x y": ["p", "q"]}

    names, rows = run(
        table,
        {"type": "derive", "column": "sum", "expression": 'a + "A"'},
        {"type": "derive", "column": "x y", "expression": "upper(\"x y\") || '!'"},
        {"type": "rename", "columns": {"a": "A", "A": "a"}},
        {"type": "select", "columns": ["sum", "A", "x y"]},
    )

    assert (names, rows) == (["sum", "A", "x y"], [[11, 1, "P!"], [None, 2, "Q!"]])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("id * 2 + 1", 3),
        ("CASE WHEN price > 2 THEN 'dear' ELSE 'cheap' END", "dear"),
        ("CAST(id AS VARCHAR) || '-' || NAME", "1-pen"),
        ("coalesce(NULL, price)", 2.5),
        ("id BETWEEN 1 AND 3 AND name IN ('pen', 'ink')", True),
        ("name LIKE 'p%' OR NOT is_new", True),
        ("round(price, 0)", 3.0),
        ("date_trunc('month', DATE '2025-03-17')", datetime(2025, 3, 1)),  # noqa: DTZ001
        ("strftime(DATE '2025-03-17', '%d.%m.%Y')", "17.03.2025"),
        ("TRY_CAST(name AS INTEGER)", None),
        ("id // 2", 0),
        ("NULL", None),
        ("regexp_replace(name, 'e', 'E')", "pEn"),
    ],
)
def test_an_expression_is_worked_out(run, expression, value):
    """Over the columns of the row; a name's case does not matter where it is clear."""
    _, rows = run(GOODS, {"type": "derive", "column": "d", "expression": expression})

    got = rows[0][-1]
    assert (got.replace(tzinfo=None) if isinstance(got, datetime) else got) == (
        value.date() if isinstance(got, date) and not isinstance(got, datetime)
        else value
    )  # fmt: skip


FORBIDDEN = [
    "(SELECT 1)",
    "id IN (SELECT 1)",
    "1; DROP TABLE rows_0",
    "1, 2",
    "1 FROM rows_0",
    "*",
    "read_text('/etc/passwd')",
    "getenv('HOME')",
    "current_setting('threads')",
    "repeat('x', 1000000000)",
    "range(1000000000)",
    "nextval('s')",
    "random()",
    "now()",
    "sum(id)",
    "row_number() OVER ()",
    "rows_0.id",
    "[1, 2]",
    "{'a': id}",
    "id::JSON",
    "$1",
    "?",
    "list_transform([1], x -> x)",
    "main.lower(name)",
    "EXISTS (SELECT 1)",
    "COLUMNS('.*')",
    "1 UNION SELECT 2",
    "id AS x, 2",
    "(" * 3_000 + "1" + ")" * 3_000,
    "'",
    "",
]


@pytest.mark.parametrize("expression", FORBIDDEN, ids=lambda e: e[:20])
def test_an_expression_that_is_more_than_one_is_refused(run, expression):
    """No query, no other table, no file, no state, nothing that grows."""
    derive = {"type": "derive", "column": "d", "expression": "id + 1"}
    assert run(GOODS, derive)[1][0][-1] == 2

    with pytest.raises((Invalid, ValueError)):
        run(GOODS, {**derive, "expression": expression})


def test_an_unknown_column_is_named_with_its_operation(run):
    """And with the one that is meant, most likely."""
    sort = {"type": "sort", "by": [{"column": "nam"}]}

    with pytest.raises(UnknownName) as caught:
        run(GOODS, {"type": "select", "columns": ["id"]}, sort)
    with pytest.raises(UnknownName) as near:
        run(GOODS, {**sort, "by": [{"column": "pricee"}]})

    assert caught.value.detail == "operations[1]: there is no column named 'nam'"
    assert caught.value.facts == {"known": ["id"], "where": "operations[1]"}
    assert near.value.hint == "did you mean 'price'?"


@pytest.mark.parametrize(
    "operation",
    [
        {"type": "select", "columns": ["id", "id"]},
        {"type": "rename", "columns": {"id": "Name"}},
        {"type": "dedupe", "by": ["id", "id"]},
        {"type": "group", "by": ["id", "id"], "aggregates": [{"function": "count"}]},
        {"type": "group", "aggregates": [{"function": "sum", "column": "Name"}]},
        {"type": "group", "aggregates": [{"function": "sum"}]},
    ],
)
def test_what_cannot_be_done_is_told(run, operation):
    """Two columns of one name, sums of text."""
    with pytest.raises(InvalidValue, match=r"operations\[0\]"):
        run(GOODS, operation)


def test_group_gives_sorted_rows_with_all_figures(run):
    """NULL is a value of its own, and last."""
    figures = ["count", "count_distinct", "sum", "mean", "min", "max", "median"]
    aggregates = [{"function": f, "column": "v"} for f in figures]
    table = {"k": ["b", None, "a", "b", "b"], "v": [1, 5, 2, 1, None]}

    names, rows = run(
        table,
        {"type": "group", "by": ["k"], "aggregates": [*aggregates,
         {"function": "count", "name": "n"}]},
    )  # fmt: skip

    assert names == ["k", *(f"{f}_v" for f in figures), "n"]
    assert rows == [
        ["a", 1, 1, 2, 2.0, 2, 2, 2.0, 1],
        ["b", 2, 1, 2, 1.0, 1, 1, 1.0, 3],
        [None, 1, 1, 5, 5.0, 5, 5, 5.0, 1],
    ]


def test_sums_of_large_numbers_are_exact(run):
    """Integers beyond 64 bits, and decimals, keep every digit."""
    table = {"n": [2**63 - 1, 2**63 - 1], "d": [Decimal("0.10"), Decimal("0.20")]}
    sums = [{"function": "sum", "column": name} for name in table]

    _, rows = run(table, {"type": "group", "aggregates": sums})

    assert rows == [[Decimal(2**64 - 2), Decimal("0.30")]]


def test_group_without_columns_is_one_row(run):
    """Of no rows too."""
    nothing = {"type": "filter", "column": "id", "value": 99}
    count = {"type": "group", "aggregates": [{"function": "count"}]}

    assert run(GOODS, nothing, count) == (["count"], [[0]])


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ("inner", [[2, "x", "B"], [2, "x", "b"], [2, "y", "B"], [2, "y", "b"]]),
        ("left", [[2, "x", "B"], [2, "x", "b"], [None, "n", None], [2, "y", "B"],
                  [2, "y", "b"], [7, "z", None]]),
        ("right", [[2, "x", "B"], [2, "x", "b"], [2, "y", "B"], [2, "y", "b"],
                   [None, None, "N"], [3, None, "c"]]),
        ("full", [[2, "x", "B"], [2, "x", "b"], [None, "n", None], [2, "y", "B"],
                  [2, "y", "b"], [7, "z", None], [None, None, "N"], [3, None, "c"]]),
    ],
)  # fmt: skip
def test_join_puts_partners_beside_each_row(run, how, rows):
    """In our order, then the other's; NULL has no partner; the key is there once."""
    ours = {"id": [2, None, 2, 7], "v": ["x", "n", "y", "z"]}
    others = {"key": [None, 2, 3, 2], "v": ["N", "B", "c", "b"]}
    join = {
        "type": "join",
        "source": {"table": "others"},
        "on": [{"left": "id", "right": "key"}],
        "how": how,
    }

    assert run(ours, join, joined=[others]) == (["id", "v", "v_2"], rows)


def test_join_compares_text_with_numbers_as_text(run):
    """As files and databases differ about ids."""
    ours, others = {"id": ["1", "x"]}, {"id": [1, 2], "name": ["one", "two"]}
    join = {
        "type": "join",
        "source": {"table": "others"},
        "on": [{"left": "id", "right": "id"}],
        "columns": ["name", "id"],
    }

    names, rows = run(ours, join, joined=[others])

    assert names == ["id", "name", "id_2"]
    assert rows == [["1", "one", 1], ["x", None, None]]


def test_dedupe_keeps_the_first_or_the_last(run):
    """In the order the rows have by then."""
    table = {"k": ["a", "b", "a", None, None], "n": [1, 2, 3, 4, 5]}
    dedupe = {"type": "dedupe", "by": ["k"]}
    turned = {"type": "sort", "by": [{"column": "n", "order": "desc"}]}

    assert run(table, dedupe)[1] == [["a", 1], ["b", 2], [None, 4]]
    assert run(table, {**dedupe, "keep": "last"})[1] == [["b", 2], ["a", 3], [None, 5]]
    assert run(table, turned, dedupe)[1] == [[None, 5], ["a", 3], ["b", 2]]
    assert run({"x": [1, 1, 2]}, {"type": "dedupe"})[1] == [[1], [2]]


def test_pivot_makes_columns_of_values(run):
    """Sorted, or as they are named."""
    table = {
        "who": ["b", "a", "b", "b"],
        "month": [2, 10, 2, None],
        "v": [1, 2, 3, 4],
    }
    pivot = {"type": "pivot", "by": ["who"], "column": "month", "value": "v"}

    assert run(table, pivot) == (
        ["who", "2", "10", "null"],
        [["a", None, 2, None], ["b", 4, None, 4]],
    )
    assert run(table, {**pivot, "values": [10, 3], "function": "count"}) == (
        ["who", "10", "3"],
        [["a", 1, 0], ["b", 0, 0]],
    )


def test_pivot_has_a_bound(run):
    """A column of ids is no heading."""
    table = {"k": [1] * 1_001, "id": list(range(1_001)), "v": [1] * 1_001}
    pivot = {"type": "pivot", "by": ["k"], "column": "id", "value": "v"}

    with pytest.raises(
        TooMuch, match=r"operations\[0\]: column: id has more than 1000"
    ):
        run(table, pivot)


def test_types_come_out_as_they_went_in(tmp_path, run):
    """Also those that the engine does not have."""
    table = pa.table(
        {
            "t": pa.array([time(1, 2, 3)], pa.time32("s")),
            "d": pa.array([Decimal("1.5")], pa.decimal256(50, 2)),
            "x": pa.nulls(1),
            "b": pa.array([b"\0\xff"]),
            "u": pa.array([2**64 - 1], pa.uint64()),
            "z": pa.array([datetime(2025, 1, 1)], pa.timestamp("us", "Asia/Jakarta")),  # noqa: DTZ001
        }
    )

    names, rows = run(table, {"type": "select", "columns": table.schema.names[::-1]})

    row = dict(zip(names, rows[0], strict=True))
    assert (row["t"], row["d"], row["x"]) == (time(1, 2, 3), "1.50", None)
    assert (row["b"], row["u"]) == (b"\0\xff", 2**64 - 1)
    assert row["z"] == table["z"][0].as_py()
