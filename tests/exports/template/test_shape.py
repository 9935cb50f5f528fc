"""Rows as a template wants them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.rows import RowStream
from entrepot.exports.spec import ColumnPlan
from entrepot.exports.template.shape import shaped

DAY = dt.date(2025, 11, 20)
MOMENT = dt.datetime(2025, 11, 20, 10, 15, 30)  # noqa: DTZ001  # as it is written
UTC = dt.datetime(2025, 11, 20, 3, 15, 30, tzinfo=dt.UTC)


def stream(**columns):
    """Return a stream of one batch."""
    batch = pa.record_batch(columns)
    return RowStream(batch.schema, iter([batch]), is_uniform=True)


def one(cells, misfits=None, **plan):
    """Return the column that a plan makes of the field `x`."""
    plan = {"field": "x", "header": "X", **plan}
    rows = shaped(stream(x=cells), (ColumnPlan(**plan),), misfits)
    (batch,) = rows.batches
    return batch.column(0).to_pylist()


def test_columns_are_chosen_named_and_ordered():
    """A column may come twice; one that the source lacks is empty in every row."""
    columns = (
        ColumnPlan(field="b", header="B"),
        ColumnPlan(field="nope", header="None", null="N/A"),
        ColumnPlan(field="nope", header="Date", type="date"),
        ColumnPlan(field="b", header="Text", type="text"),
    )

    rows = shaped(stream(a=[1, 2], b=[3, 4]), columns)

    assert [b.to_pylist() for b in rows.batches] == [
        [
            {"B": 3, "None": "N/A", "Date": None, "Text": "3"},
            {"B": 4, "None": "N/A", "Date": None, "Text": "4"},
        ]
    ]
    assert [str(field.type) for field in rows.schema] == [
        "int64", "string", "date32[day]", "string",
    ]  # fmt: skip


def test_without_columns_the_rows_stay_as_they_are():
    """Nobody looks at them even."""
    rows = stream(a=[1])

    assert shaped(rows, ()) is rows


@pytest.mark.parametrize(
    "values",
    [[0, 2, 9, None], ["0", "2", "9", None], [0.0, 2.0, 9.0, None]],
    ids=["numbers", "texts", "doubles"],
)
def test_a_value_is_mapped_by_its_text(values):
    """Both 2 and "2" are; a code that nobody knows stays."""
    mapped = one(values, values={"0": "Created", "2": "Success"}, null="N/A")

    assert mapped == ["Created", "Success", "9", "N/A"]


def test_yes_and_no_are_mapped_like_numbers():
    """A column of true and false has the texts `true` and `false`."""
    assert one([True, False], values={"true": "Yes", "false": "No"}) == ["Yes", "No"]


def test_values_of_one_column_may_be_of_several_types():
    """Posted records mix them: each is mapped, or stays what it is."""
    two = pa.UnionArray.from_dense(
        pa.array([0, 1, 1, 0], pa.int8()),
        pa.array([0, 0, 1, 1], pa.int32()),
        [pa.array([2, None]), pa.array(["2", "x"])],
    )

    assert one(two, values={"2": "Success"}) == ["Success", "Success", "x", None]
    assert one(two) == [2, "2", "x", None]
    assert one(two, null="N/A") == ["2", "2", "x", "N/A"]


def test_another_field_stands_in_where_one_is_null():
    """The code, mapped, where the caller sends no label; both are kept."""
    plan = {"header": "Status", "values": {"2": "Success"}, "instead": "status"}
    label = ColumnPlan(field="status_text", **plan)
    code = ColumnPlan(field="status", header="Code")
    rows = stream(status=[2, 2, 7], status_text=["Paid", None, None])

    (batch,) = shaped(rows, (code, label)).batches

    assert batch.to_pylist() == [
        {"Code": 2, "Status": "Paid"},
        {"Code": 2, "Status": "Success"},
        {"Code": 7, "Status": "7"},
    ]
    (batch,) = shaped(stream(status=["2"]), (label,)).batches
    assert batch.to_pylist() == [{"Status": "Success"}]


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("date", "2025-11-20", DAY),
        ("date", "20/11/2025", DAY),
        ("date", "2025-11-20 10:15:30", DAY),
        ("date", "2025-11-20T23:15:30-07:00", DAY),
        ("datetime", "2025-11-20 10:15:30", MOMENT),
        ("datetime", "2025-11-20T10:15:30", MOMENT),
        ("datetime", "2025-11-20T10:15:30.25", MOMENT.replace(microsecond=250_000)),
        ("datetime", "2025-11-20 10:15", MOMENT.replace(second=0)),
        ("datetime", "2025-11-20", MOMENT.replace(hour=0, minute=0, second=0)),
        ("datetime", "1/2/2025", dt.datetime(2025, 2, 1)),  # noqa: DTZ001
        ("datetime", "20/11/2025 10:15:30", MOMENT),
        ("datetime", "2025-11-20T10:15:30+07:00", UTC),
        ("datetime", "2025-11-20 10:15:30 +0700", UTC),
        ("datetime", "2025-11-20T03:15:30Z", UTC),
        ("time", "10:15", dt.time(10, 15)),
        ("time", "10:15:30.5", dt.time(10, 15, 30, 500_000)),
        ("integer", " 42 ", 42),
        ("integer", "+42", 42),
        ("integer", "42.0", 42),
        ("integer", "007", 7),
        ("number", "-1.5e3", -1500.0),
        ("number", "0.1", 0.1),
        ("decimal", "1250.50", Decimal("1250.50")),
        ("decimal", "-.125", Decimal("-0.125")),
        ("decimal", "5.", Decimal("5.00")),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("text", " as is ", " as is "),
    ],
)
def test_text_becomes_the_type_of_its_column(type, text, value):
    """With its time of day, its zone and its last digit."""
    misfits = Counter()

    assert one([text, None], misfits, type=type) == [value, None]
    assert misfits == {}


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("date", "2025-02-30"),
        ("date", "0000-00-00"),
        ("date", "soon"),
        ("date", "11/20/2025"),
        ("datetime", "2025-11-20 25:00"),
        ("datetime", "20-11-2025"),
        ("time", "10.15"),
        ("integer", "1.5"),
        ("integer", "1234567890123456789"),
        ("number", "1234567890.1234567"),
        ("number", "nan"),
        ("decimal", "1,250.50"),
        ("decimal", "IDR 5"),
        ("boolean", "perhaps"),
    ],
)
def test_what_cannot_become_the_type_stays_text(type, text):
    """It is counted, and its neighbours get their type all the same."""
    good = {"date": "2025-11-20", "datetime": "2025-11-20", "time": "10:15"}
    near = good.get(type, "1")
    alone = one([near], type=type)
    misfits = Counter()

    assert one([text, near, None], misfits, type=type) == [text, *alone, None]
    assert misfits == {"X": 1}


def test_blank_text_is_null_where_a_type_is_wanted():
    """A form's empty field is no date; nor is it counted."""
    misfits = Counter()

    assert one(["", " ", "1"], misfits, type="integer") == [None, None, 1]
    assert one([""], null="N/A") == [""]
    assert misfits == {}


@pytest.mark.parametrize(
    ("values", "type", "expected"),
    [
        ([1, 2], "decimal", [Decimal("1.00"), Decimal("2.00")]),
        ([0.1, 1e30], "decimal", [Decimal("0.10"), 1e30]),
        ([1.5, 2.0], "integer", ["1.5", 2]),
        ([1, None], "number", [1, None]),
        ([MOMENT], "date", [DAY]),
        ([DAY], "datetime", [MOMENT.replace(hour=0, minute=0, second=0)]),
        ([UTC], "datetime", [UTC]),
        ([7, 123456789012345678], "text", ["7", "123456789012345678"]),
    ],
    ids=str,
)
def test_values_become_another_type(values, type, expected):
    """Numbers, days and moments, without losing anything."""
    assert one(values, type=type) == expected


def test_null_has_the_text_that_the_column_says():
    """Also among numbers and days, which stay numbers and days."""
    assert one([1, None], null="N/A") == [1, "N/A"]
    assert one(["2025-11-20", None], type="date", null="-") == [DAY, "-"]
    assert one([None, None], null="N/A") == ["N/A", "N/A"]


def test_columns_of_text_are_uniform():
    """Formats that need one schema can be told so; types may turn out wider."""

    def is_uniform(**plan):
        columns = (ColumnPlan(field="x", header="X", **plan),)
        return shaped(stream(x=[1]), columns).is_uniform

    assert is_uniform()
    assert is_uniform(type="text")
    assert is_uniform(values={"1": "Yes"})
    assert not is_uniform(type="date")
    assert not is_uniform(null="N/A")
