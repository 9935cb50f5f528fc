"""Functions that stand in for SQLite's own answer as those do, and in time."""

import sqlite3
import time

import pytest

from entrepot.base.sqlite_slow import replace_slow_functions

VALUES = [None, "", " ", "aba", "  ä b ä ", "ab", b"", b"ab", b"b", 0, -12, 12.5]
VALUES += [1e20, 1e-7, 0.1, 1e15, 123456789012345.6, float("inf"), -0.0, "0", ".0"]
TWO = ["instr(?, ?)", "trim(?, ?)", "ltrim(?, ?)", "rtrim(?, ?)"]


@pytest.fixture
def theirs():
    """SQLite as it is."""
    with sqlite3.connect(":memory:") as connection:
        yield connection
    connection.close()


@pytest.fixture
def ours():
    """SQLite with our functions; no result has more than 1,000 characters."""
    with sqlite3.connect(":memory:") as connection:
        replace_slow_functions(connection, 1000)
        yield connection
    connection.close()


@pytest.mark.parametrize("sql", TWO)
def test_they_answer_as_sqlite_does(ours, theirs, sql):
    """For texts, bytes, numbers and NULL in each place."""
    for one in VALUES:
        for other in VALUES:
            found = [
                c.execute(f"SELECT {sql}", (one, other)).fetchone()
                for c in (ours, theirs)
            ]
            assert found[0] == found[1], (one, other)


def test_replacing_answers_as_sqlite_does(ours, theirs):
    """For texts, bytes, numbers and NULL in each place."""
    for one in VALUES:
        for other in VALUES:
            for third in (None, "x", 1.5, b"y"):
                found = [
                    c.execute("SELECT replace(?, ?, ?)", (one, other, third)).fetchone()
                    for c in (ours, theirs)
                ]
                assert found[0] == found[1], (one, other, third)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT instr(zeroblob(1000000), zeroblob(500000) || x'01')",
        "SELECT length(replace(zeroblob(1000000), zeroblob(500000) || x'01', 'x'))",
        "SELECT trim(printf('%.*c', 500000, 'a'), printf('%.*c', 500000, 'b') || 'a')",
    ],
)
def test_long_texts_take_no_time(ours, sql):
    """SQLite's own functions would take minutes for these."""
    begun = time.monotonic()

    ours.execute(sql).fetchone()

    assert time.monotonic() - begun < 10


def test_a_result_that_is_too_big_is_not_made(ours):
    """The memory is not asked for first."""
    with pytest.raises(sqlite3.DataError, match="too big"):
        ours.execute("SELECT replace('aaaaaaaaaaa', 'a', printf('%.*c', 100, 'b'))")


@pytest.mark.parametrize("format", ["%.*c", "%2000000000c", "%*d", "%.*d%.*d"])
def test_a_format_that_is_too_wide_is_refused_at_once(ours, format):
    """SQLite itself would count to two billion first."""
    begun = time.monotonic()

    with pytest.raises(sqlite3.DataError, match="too big"):
        ours.execute("SELECT printf(?, 2000000000, 'x')", (format,))

    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "values",
    [
        (
            "%5.2f|%-8s|%08d|%,d|%c|%%|%q|%Q",
            3.14159,
            "ä",
            42,
            1234567,
            "xy",
            "o'k",
            None,
        ),
        ("%.*f %*d", 2, 2.5, 7, 3),
        (None,),
        ("", 1),
        (b"%d", "12abc"),
        ("%d %d", 1),
    ],
)
def test_formats_answer_as_sqlite_does(ours, theirs, values):
    """Widths, quotes, stars; too few values and none."""
    sql = f"SELECT format({', '.join('?' * len(values))})"

    found = [c.execute(sql, values).fetchone() for c in (ours, theirs)]

    assert found[0] == found[1]
