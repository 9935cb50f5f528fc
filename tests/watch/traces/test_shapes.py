"""Shapes of statements: no value of anybody's is left in them."""

from __future__ import annotations

import pytest

from entrepot.watch.traces.shapes import LONGEST, shape_of


@pytest.mark.parametrize(
    ("sql", "system", "text"),
    [
        ("SELECT 'it''s', 1.5e3 FROM t", "", "SELECT ?, ? FROM t"),
        ("SELECT a1 FROM t2 WHERE b=-7", "", "SELECT a1 FROM t2 WHERE b=?"),
        ("SELECT 1 -- secret\n, 2", "", "SELECT ? , ?"),
        ("SELECT /* secret */ 1", "", "SELECT ?"),
        (r"SELECT 'C:\', 'secret'", "", "SELECT ?, ?"),
        (r"SELECT E'a\'secret'", "postgresql", "SELECT ?"),
        ("SELECT $x$secret$x$", "postgresql", "SELECT ?"),
        (r"""SELECT "sec\"ret", 'a\'b'""", "mariadb", "SELECT ?, ?"),
        ("SELECT 'never closed", "", "SELECT ?"),
        ("INSERT INTO t VALUES (?, ?), (?, ?)", "", "INSERT INTO t VALUES (…)"),
        ("x IN (%(a_1)s, %(a_2)s)", "", "x IN (…)"),
        ('SELECT "Größe" FROM "a.b"."C"', "", 'SELECT "Größe" FROM "a.b"."C"'),
    ],
)
def test_values_are_left_out(sql, system, text):
    """In the words of each kind of database; names stay."""
    assert shape_of(sql, system).text == text


def test_the_same_with_other_values_is_the_same_shape():
    """Which is what a loop of statements is known by."""
    one, other = (shape_of(f"SELECT a FROM t WHERE id = {n}") for n in (1, 22))

    assert one == other
    assert one.id != shape_of("SELECT b FROM t WHERE id = 1").id


def test_a_statement_is_called_after_its_table():
    """And a session's own are not asking for anything."""
    assert shape_of("select x from shop.orders o").name == "SELECT … FROM shop.orders"
    assert shape_of("UPDATE orders SET x = 1").name == "UPDATE orders"
    assert not shape_of("BEGIN IMMEDIATE").is_asking


def test_a_long_statement_is_cut():
    """What a file holds of it is bounded."""
    assert len(shape_of("SELECT " + "a, " * 10_000).text) == LONGEST + 1
