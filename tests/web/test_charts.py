"""Numbers over time as shapes: axes, gaps, limits, stacks, and the same as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from entrepot.web.charts import (
    Frame,
    Mark,
    Series,
    draw_bars,
    draw_lines,
    length_words,
    spark,
)

UNTIL = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def frame(hours=1.0, **given):
    """Return a frame that ends at two in the afternoon."""
    since = UNTIL - timedelta(hours=hours)
    return Frame(title="Requests a second", since=since, until=UNTIL, **given)


@pytest.mark.parametrize(
    ("highest", "words"),
    [
        (0, ["0", "1", "2", "3"]),
        (0.07, ["0", "0.02", "0.04", "0.06", "0.08"]),
        (1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (6, ["0", "2", "4", "6"]),
        (11, ["0", "2.5", "5", "7.5", "10", "12.5"]),
        (98_000, ["0", "20,000", "40,000", "60,000", "80,000", "100,000"]),
    ],
)
def test_the_axis_has_four_to_six_lines(highest, words):
    """It begins at zero, ends at or above the highest value, in round steps."""
    render = "{:,g}".format

    chart = draw_lines([Series(name="a", values=[highest])], frame(render=render))

    assert [mark.words for mark in chart.grid] == words
    assert (chart.grid[0].place, chart.grid[-1].place) == (100, 0)


def test_what_is_counted_has_no_halves():
    """Half a connection is none."""
    given = frame(is_whole=True, unit="in use")

    chart = draw_lines([Series(name="a", values=[1, 0])], given)

    assert [mark.words for mark in chart.grid] == ["0", "1", "2", "3 in use"]


def test_a_gap_is_a_gap():
    """Where nobody looked there is no line, and the table has a dash."""
    chart = draw_lines([Series(name="a", values=[1, 1, None, 0, None, 1])], frame())

    assert [line.path.count("L") for line in chart.lines] == [1, 1, 1]
    assert [column.values for column in chart.columns][1:4] == [["1"], ["–"], ["0"]]
    assert chart.columns[2].words == "13:20: a –"


def test_the_ground_below_a_line_is_closed():
    """It goes down to zero at both ends of each stretch."""
    one = Series(name="a", values=[3, 3], tone="s2", is_filled=True)

    chart = draw_lines([one], frame())

    assert chart.lines[0].path == "M25.00 0.00 L75.00 0.00"
    assert chart.areas[0].path == "M25.00 0.00 L75.00 0.00 L75.00 100 L25.00 100Z"


def test_a_limit_is_drawn_where_it_is_near():
    """At its height and with its words; far above it would press the line flat."""
    near = draw_lines([Series(name="a", values=[8, 0])], frame(limit=10))
    far = draw_lines([Series(name="a", values=[8, 0])], frame(limit=1000))

    assert near.limit == Mark(0.0, "limit 10")
    assert (far.limit, far.grid[-1].words) == (None, "8")


def test_bars_stand_on_each_other():
    """The first series lies at the bottom; nothing is drawn of nothing."""
    info = Series(name="info", values=[2, 0], tone="info")
    error = Series(name="error", values=[1, 0], tone="error")

    chart = draw_bars([info, error], frame(addresses=("/a", "/b")))

    assert [(bar.tone, bar.path) for bar in chart.bars] == [
        ("info", "M3.50 33.33H46.50V100.00H3.50Z"),
        ("error", "M3.50 0.00H46.50V33.33H3.50Z"),
    ]
    assert [column.address for column in chart.columns] == ["/a", "/b"]
    assert chart.columns[0].words == "13:00: info 2, error 1"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.05, ["13:57:00", "13:57:30", "13:58:00", "13:58:30"]),
        (1, ["13:00", "13:10", "13:20", "13:30", "13:40", "13:50"]),
        (6.2, ["08:00", "09:00", "10:00", "11:00"]),
        (48, ["19 Nov", "12:00", "20 Nov", "12:00"]),
        (24 * 30, ["24 Oct", "29 Oct", "3 Nov", "8 Nov"]),
    ],
)
def test_times_are_round(hours, words):
    """At most eight, at their places; the day where one begins."""
    chart = draw_lines([Series(name="a", values=[1])], frame(hours))

    assert [mark.words for mark in chart.times][: len(words)] == words
    assert len(chart.times) <= 8
    assert all(0 <= mark.place <= 100 for mark in chart.times)


def test_nothing_seen_is_an_empty_frame():
    """Whether anybody looked is told apart from zero."""
    nobody = draw_lines([Series(name="a", values=[None, None])], frame())
    nothing = draw_lines([Series(name="a", values=[0, 0])], frame())

    assert (nobody.has_values, nobody.lines, len(nobody.columns)) == (False, [], 2)
    assert nothing.has_values is True


def test_a_spark_lifts_its_pen_over_gaps():
    """It goes from edge to edge, zero at the foot."""
    assert spark([0, 1, None, 1, 0]).path == (
        "M0.0 26.0 L22.0 3.0 M66.0 3.0 L88.0 26.0"
    )
    assert spark([]).path == ""


def test_lengths_are_said_in_their_unit():
    """Seconds, minutes, hours."""
    assert [length_words(s) for s in (15, 300, 2880, 7200)] == [
        "15 s",
        "5 min",
        "48 min",
        "2 h",
    ]
