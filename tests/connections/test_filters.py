"""The grammar of conditions, orders and column lists."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from entrepot.base.errors import Invalid, UnknownName
from entrepot.connections import Condition, Order
from entrepot.connections.filters import (
    parse_columns,
    parse_condition,
    parse_order,
)
from tests.connections.shapes import structure

TABLE = structure()


@pytest.mark.parametrize(
    ("text", "column", "op", "values"),
    [
        ("id:eq:7", "id", "eq", (7,)),
        ("name:eq:", "name", "eq", ("",)),
        ("name:eq:a:b,c~", "name", "eq", ("a:b,c~",)),
        ("price:ge:12.90", "price", "ge", (Decimal("12.90"),)),
        ("ratio:lt:1e3", "ratio", "lt", (1000.0,)),
        ("is_open:eq:true", "is_open", "eq", (True,)),
        ("day:between:2024-01-01,2024-02-29", "day", "between",
         (date(2024, 1, 1), date(2024, 2, 29))),
        ("at:gt:2024-02-29 10:00", "at", "gt",
         (datetime(2024, 2, 29, 10, tzinfo=UTC),)),
        ("body:eq:00ff", "body", "eq", (b"\x00\xff",)),
        ("name:in:a,b~2Cc", "name", "in", ("a", "b,c")),
        ("what~3Aever, %:contains:50%", "what:ever, %", "contains", ("50%",)),
        ("name:isnull", "name", "isnull", (True,)),
        ("name:isnull:false", "name", "isnull", (False,)),
        ("untyped:gt:10", "untyped", "gt", (10,)),
        ("untyped:eq:ten", "untyped", "eq", ("ten",)),
    ],
)  # fmt: skip
def test_a_condition_is_typed_by_its_column(text, column, op, values):
    """Each text gives the column, the operator and typed values."""
    found = parse_condition(text, TABLE)

    assert found == Condition(column=column, op=op, values=values)
    assert [type(v) for v in found.values] == [type(v) for v in values]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id:eq:seven", "id: 'seven' is not an integer"),
        ("id:eq:9223372036854775808", "is not an integer"),
        ("price:eq:12,90 €", "price: '12,90 €' is not a decimal"),
        ("price:eq:NaN", "is not a decimal"),
        ("day:lt:yesterday", "day: 'yesterday' is not a date"),
        ("at:lt:noon", "at: 'noon' is not a datetime"),
        ("is_open:eq:perhaps", "is not a boolean"),
        ("body:eq:xyz", "is not a bytes"),
        ("body:contains:x", "does not look into bytes"),
        ("day:between:2024-01-01", "between takes two values"),
        ("name", "is not a condition"),
    ],
)
def test_a_wrong_value_names_the_column_and_the_type(text, words):
    """Nobody has to guess which of their filters was wrong."""
    with pytest.raises(Invalid) as caught:
        parse_condition(text, TABLE)

    assert words in caught.value.detail


@pytest.mark.parametrize(
    ("text", "near"), [("nmae:eq:x", "name"), ("name:equals:x", "eq, ge")]
)
def test_an_unknown_column_or_operator_names_what_would_work(text, near):
    """The hint holds the nearest name, or all of them."""
    with pytest.raises(UnknownName) as caught:
        parse_condition(text, TABLE)

    assert near in caught.value.hint


def test_orders_and_columns_are_lists():
    """Several by commas; a direction behind a space; a comma in a name encoded."""
    assert parse_order("price desc,what:ever~2C %", TABLE) == (
        Order(column="price", is_descending=True),
        Order(column="what:ever, %"),
    )
    assert parse_columns("name,id,name", TABLE) == ("name", "id")
    assert parse_order("", TABLE) == parse_columns("", TABLE) == ()


def test_an_unknown_column_in_the_order_is_named():
    """A misspelt order is refused."""
    with pytest.raises(UnknownName, match="prise"):
        parse_order("prise desc", TABLE)
