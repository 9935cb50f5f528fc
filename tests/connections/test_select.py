"""Statements for one table, run on a real SQLite to see that they mean it."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite as sqlite_words

from entrepot.base.errors import Invalid
from entrepot.connections import Order, TableQuery, select_rows
from entrepot.connections.filters import parse_condition
from tests.connections.shapes import structure

SQL = sqlite_words.dialect(paramstyle="qmark")
TABLE = structure()
ROWS = [(1, "a"), (2, None), (3, "a"), (4, ""), (5, "b%_\\c"), (6, "A"), (7, None)]


@pytest.fixture(scope="module")
def stock():
    """A table `stock` with the columns of `structure`, seven rows."""
    connection = sqlite3.connect(":memory:")
    names = ", ".join('"' + c.name + '" ' + c.type for c in TABLE.columns)
    connection.execute(f"create table stock ({names})")
    connection.executemany("insert into stock (id, name) values (?, ?)", ROWS)
    yield connection
    connection.close()


def ids(stock, **asked):
    """Return the ids that a query gives, and the places of its rows."""
    query = TableQuery(schema="main", table="stock", columns=("id",), **asked)
    statement = select_rows(SQL, TABLE, query)
    rows = stock.execute(statement.sql, statement.params).fetchall()
    return [row[0] for row in rows], [row[1:] for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id:in:1,3,9", [1, 3]),
        ("name:eq:a", [1, 3]),
        ("name:ne:a", [4, 5, 6]),
        ("name:eq:", [4]),
        ("name:isnull", [2, 7]),
        ("name:isnull:false", [1, 3, 4, 5, 6]),
        ("name:contains:%_\\", [5]),
        ("name:startswith:A", [1, 3, 6]),
        ("id:between:2,4", [2, 3, 4]),
        ("id:contains:1", [1]),
    ],
)
def test_a_condition_gives_its_rows(stock, text, expected):
    """What the grammar says is what the database does."""
    found, _ = ids(stock, conditions=(parse_condition(text, TABLE),), limit=10)

    assert found == expected


@settings(max_examples=60, deadline=None)
@given(
    limit=st.integers(1, 4),
    directions=st.lists(st.sampled_from([False, True, None]), min_size=2, max_size=2),
)
def test_pages_by_key_meet_every_row_once(stock, limit, directions):
    """Whatever the order, the pages put together are the whole, in that order."""
    named = zip(("name", "id"), directions, strict=True)
    order = tuple(Order(column=c, is_descending=d) for c, d in named if d is not None)
    whole, _ = ids(stock, order=order, limit=100)

    found, after = [], None
    while page := ids(stock, order=order, limit=limit, after=after)[0]:
        found += page
        after = ids(stock, order=order, limit=limit, after=after)[1][-1]

    assert found == whole
    assert sorted(found) == [row[0] for row in ROWS]


def test_a_place_of_another_order_is_refused(stock):
    """A cursor with the wrong number of values is no cursor of this order."""
    with pytest.raises(Invalid, match="does not belong"):
        ids(stock, after=(1, 2, 3), limit=2)


def test_names_are_quoted_and_values_bound():
    """Neither a table's name nor a value can become SQL."""
    text = "name:eq:x' or 1=1 --"
    query = TableQuery(
        schema='ma"in',
        table="ignored",
        columns=("what:ever, %",),
        conditions=(parse_condition(text, TABLE),),
    )
    statement = select_rows(SQL, TABLE, query)

    words = 'SELECT "what:ever, %" FROM "main"."stock" WHERE "name" = ?'
    assert " ".join(statement.sql.split()) == words
    assert statement.params == ("x' or 1=1 --",)


def test_without_a_key_every_column_breaks_ties():
    """A view is ordered by all columns that can be compared, NULLs last."""
    bare = structure(key=())
    query = TableQuery(schema="main", table="stock", columns=("id",), limit=5)
    statement = select_rows(SQL, bare, query)

    assert '"name" ASC NULLS LAST' in statement.sql
    assert "__key_" not in statement.sql


def test_all_rows_of_a_table_come_without_an_order():
    """An export of a whole table does not sort it."""
    query = TableQuery(schema="main", table="stock")

    assert "ORDER BY" not in select_rows(SQL, TABLE, query).sql
