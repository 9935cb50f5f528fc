"""How many rows a file must have, told before they are written."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.connections import add_connection, query_source, table_source
from entrepot.exports import run_export
from entrepot.exports.service import get_receipt

ROWS = 7


@pytest.fixture
def shop(house, tmp_path):
    """A registered file with a table, of which nothing is known, and a view."""
    path = house.home / "shop.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT)")
        values = [(n, f"good {n}") for n in range(ROWS)]
        database.executemany("INSERT INTO goods VALUES (?, ?)", values)
        database.execute("CREATE VIEW few AS SELECT * FROM goods WHERE id < 3")
    add_connection(house, name="shop", url=f"sqlite:///{path}")
    return house


def export(house, source):
    """Return the receipt of a CSV."""
    return run_export(house, source, format="csv").receipt


def test_a_table_is_counted_in_the_state_that_is_read(shop):
    """The receipt says how many rows were expected, and that as many are there."""
    receipt = export(shop, table_source(shop, "shop", "main", "goods"))

    assert (receipt.expected_rows, receipt.rows) == (ROWS, ROWS)
    assert get_receipt(shop, receipt.id).expected_rows == ROWS


def test_conditions_count(shop):
    """Only the rows that hold them are expected."""
    source = table_source(shop, "shop", "main", "goods", where=["id:lt:5"])

    receipt = export(shop, source)

    assert (receipt.expected_rows, receipt.rows) == (5, 5)


def test_views_and_queries_are_not_counted(shop):
    """What they cost is not known: nobody asks them twice."""
    view = export(shop, table_source(shop, "shop", "main", "few"))
    query = export(shop, query_source(shop, "shop", "SELECT * FROM goods"))

    assert (view.expected_rows, view.rows) == (None, 3)
    assert (query.expected_rows, query.rows) == (None, ROWS)
