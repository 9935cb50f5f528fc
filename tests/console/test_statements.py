"""Statements as text: split, bound, told apart, laid out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.base.errors import Invalid, UnknownName
from entrepot.console.binding import bind
from entrepot.console.formatting import KEYWORDS, format_sql
from entrepot.console.lexing import tokens
from entrepot.console.statements import (
    first_words,
    query_type,
    split,
    written_table,
)

DIALECTS = ("sqlite", "duckdb", "postgresql", "mariadb", "hana")
WORDS = "a t ( ) , ; ? [ ] ` . # é 1 \\ select from where and between '' /* */ $$ :n"
"""Pieces of statements, right and wrong."""
PIECES = st.sampled_from(
    [*WORDS.split(), "$t$", " ", "\n", "'x;y'", '"q', "--c\n", "::int", "e'\\''"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "script", "statements"),
    [
        ("sqlite", "SELECT 1; SELECT ';' ;; -- c;\n;", ["SELECT 1", "SELECT ';'"]),
        ("sqlite", "SELECT [a;b]; x", ["SELECT [a;b]", "x"]),
        ("postgresql", "DO $x$ a; b $y$ $x$; c", ["DO $x$ a; b $y$ $x$", "c"]),
        ("postgresql", r"SELECT e'\';'; y", [r"SELECT e'\';'", "y"]),
        ("postgresql", "/* /* ; */ ; */ a; b", ["/* /* ; */ ; */ a", "b"]),
        ("mariadb", r"SELECT '\';' # ;", [r"SELECT '\';' # ;"]),
        ("hana", 'SELECT "a;" FROM dummy', ['SELECT "a;" FROM dummy']),
    ],
)
def test_a_script_is_split_at_its_semicolons(dialect, script, statements):
    """Not at those in strings, names and comments."""
    parts = split(script, dialect)

    assert [part.sql for part in parts] == statements
    assert all(script[p.start :].startswith(p.sql) for p in parts)


@given(st.lists(PIECES), st.sampled_from(DIALECTS))
def test_any_text_is_taken_apart_without_loss(pieces, dialect):
    """The pieces follow one another, and are the text."""
    text = "".join(pieces)

    found = list(tokens(text, dialect))

    assert "".join(text[t.start : t.end] for t in found) == text


@given(st.lists(PIECES), st.sampled_from(DIALECTS))
def test_a_layout_changes_blanks_and_keywords_only(pieces, dialect):
    """The same pieces come out in the same order."""
    text = " ".join(pieces)

    laid_out = format_sql(text, dialect)

    assert said(laid_out, dialect) == said(text, dialect)


def said(text, dialect):
    """Return the pieces of a text, keywords in lower case."""
    found = (text[t.start : t.end] for t in tokens(text, dialect) if t.kind != "space")
    return [p.lower() if p.lower() in KEYWORDS else p.strip() for p in found]


def test_a_statement_is_laid_out():
    """A clause a line, what belongs to it indented."""
    sql = "select a, count(*) from t left join u on t.id=u.id where a=1 and b in (select c from v) group by a"  # noqa: E501  # as people write it

    assert format_sql(sql, "sqlite").splitlines() == [
        "SELECT a,",
        "  count(*)",
        "FROM t",
        "LEFT JOIN u ON t.id=u.id",
        "WHERE a=1",
        "  AND b IN (",
        "  SELECT c",
        "  FROM v",
        ")",
        "GROUP BY a",
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("/* a */ -- b\n select 1", "SELECT"),
        ("(SELECT 1)", "SELECT"),
        ("WITH a AS (DELETE FROM t) SELECT 1", "SELECT"),
        ("WITH a AS (SELECT 1) DELETE FROM t", "DELETE"),
        ("VALUES (1)", "SELECT"),
        ("truncate t", "UNKNOWN"),
        ("1", "UNKNOWN"),
        ("", "UNKNOWN"),
    ],
)
def test_the_kind_of_a_statement_is_told(sql, expected):
    """By its first word, behind comments and WITH."""
    assert query_type(sql, "postgresql") == expected


def test_what_a_statement_writes_to_is_told():
    """As far as its text tells."""
    assert written_table('INSERT INTO main."a b" VALUES (1)', "sqlite") == "main.a b"
    assert written_table("UPDATE t SET a = 1", "sqlite") == "t"
    assert written_table("DELETE FROM a.b.c", "sqlite") == "a.b.c"
    assert written_table("DROP TABLE t", "sqlite") == ""
    assert first_words("drop /* x */ table t", "sqlite") == "DROP TABLE"


@pytest.mark.parametrize(
    ("paramstyle", "dialect", "sql", "values"),
    [
        ("qmark", "sqlite", "a ? b ? ':x' c::y ? %", [1, 2, 1]),
        ("numeric_dollar", "postgresql", "a $1 b $2 ':x' c::y $3 %", [1, 2, 1]),
        ("pyformat", "mariadb", "a %s b %s ':x' c::y %s %%", [1, 2, 1]),
    ],
)
def test_names_become_the_places_of_a_dialect(paramstyle, dialect, sql, values):
    """And places in errors are those of what was written."""
    written = "a :x b :yy ':x' c::y :x %"

    bound = bind(written, {"x": 1, "yy": 2}, dialect=dialect, paramstyle=paramstyle)

    assert (bound.sql, list(bound.params)) == (sql, values)
    assert bound.written_position(bound.sql.index("'") + 1) == written.index("'") + 1


def test_marks_become_the_places_of_a_dialect():
    """Where the statement has none of the dialect's own."""
    marks = bind("? + ?", [1, 2], dialect="postgresql", paramstyle="numeric_dollar")
    own = bind("$2 ? $1", [1, 2], dialect="postgresql", paramstyle="numeric_dollar")

    assert (marks.sql, own.sql) == ("$1 + $2", "$2 ? $1")


def test_names_and_values_must_match():
    """One that is missing, and one too many, are told; `[1:n]` is no place."""
    bind("a[f():n] :x", {"x": 1}, dialect="duckdb", paramstyle="numeric_dollar")

    with pytest.raises(Invalid, match="no value for :y"):
        bind(":x :y", {"x": 1}, dialect="sqlite", paramstyle="qmark")
    with pytest.raises(UnknownName, match="place in the statement"):
        bind(":x", {"x": 1, "z": 2}, dialect="sqlite", paramstyle="qmark")
