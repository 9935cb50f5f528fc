"""A statement's shape has no value in it, whatever the dialect calls one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.watch.history.statements.shapes import SHAPE_CHARACTERS, shape_of


@pytest.mark.parametrize(
    ("dialect", "sql", "text"),
    [
        (
            "postgresql",
            "SELECT *  FROM t1 WHERE a = 'x''y' AND b IN (1,2, 3) -- c 'q\n LIMIT 10;",
            "SELECT * FROM t1 WHERE a = ? AND b IN (?, …) LIMIT ?",
        ),
        ("postgresql", "SELECT $tag$ a $tag$, E'a\\'b', $1", "SELECT ?, ?, ?"),
        ("postgresql", "SELECT 'never closed", "SELECT ?"),
        (
            "postgresql",
            "SELECT a::text, b->>'k' FROM c",
            "SELECT a::text, b->>? FROM c",
        ),
        (
            "postgresql",
            "INSERT INTO x (a, b) VALUES (%(a)s::INTEGER, %(b)s), (%(c)s::INT, %(d)s)",
            "INSERT INTO x (a, b) VALUES (?, …), …",
        ),
        (
            "mariadb",
            'select `a` from t where b = "it\\"s" # hi',
            "select `a` from t where b = ?",
        ),
        ("mariadb", "select 'it\\'s', 2", "select ?, ?"),
        (
            "sqlite",
            'SELECT "a" FROM t WHERE "b" = "secret"',
            'SELECT "a" FROM t WHERE "b" = ?',
        ),
        ("sqlite", "INSERT INTO x VALUES (?),(?),(?)", "INSERT INTO x VALUES (?), …"),
        ("duckdb", "SELECT [1_000, 'x'], 0xFF, 1.5e-3", "SELECT [?, ?], ?, ?"),
    ],
)
def test_values_go_and_names_stay(dialect, sql, text):
    """Texts, numbers, lists, places and comments are one sign."""
    assert shape_of(sql, dialect)[1] == text


@given(secret=st.text(min_size=1).filter(lambda t: "'" not in t and "\\" not in t))
def test_no_text_stays(secret):
    """Whatever stands between quotes, the shape is the same."""
    for dialect in ("sqlite", "postgresql", "mariadb", "duckdb", "hana"):
        shape = shape_of(f"SELECT a FROM b WHERE c = '{secret}' AND d = 1", dialect)
        assert shape[1] == "SELECT a FROM b WHERE c = ? AND d = ?"


def test_like_statements_have_one_shape_and_others_another():
    """However many values a list has; another dialect is another shape."""
    one = shape_of("SELECT a FROM b WHERE c IN (1, 2)", "sqlite")
    other = shape_of("SELECT a  FROM b WHERE c IN (7, 8, 9)", "sqlite")

    assert one == other
    assert shape_of("SELECT a FROM b WHERE c IN (1)", "sqlite") != one
    assert shape_of("SELECT a FROM b WHERE c IN (1, 2)", "hana")[0] != one[0]


def test_a_long_statement_is_cut():
    """It ends with a sign that says so."""
    shape = shape_of("SELECT " + ", ".join(f"c{n}" for n in range(9_999)), "sqlite")[1]

    assert len(shape) == SHAPE_CHARACTERS
    assert shape.endswith("…")
