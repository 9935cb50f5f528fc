"""The pool over time: what is drawn, and where nothing is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from entrepot.operations.chart import BOTTOM, TOP, draw, gather
from entrepot.operations.samples import Point

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def point(minutes: float, used: int, process: str = "a") -> Point:
    """Return a point so many minutes ago."""
    at = (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    return Point(
        at=at,
        process=process,
        status="healthy",
        response_ms=1.0,
        pool_size=5,
        most_checked_out=used,
        overflow=0,
        pool_limit=10,
        statements=0,
        slow=0,
        failed=0,
        retries=0,
    )


def test_processes_are_added_up():
    """Of one process the highest counts; several are one sum, and so are limits."""
    points = [point(0.5, 2), point(0.4, 3), point(0.3, 4, "b"), point(61, 9)]

    buckets = gather(points, until=NOW, hours=1)

    assert len(buckets) == 60
    assert (buckets[-1].in_use, buckets[-1].limit) == (7, 20)
    assert {bucket.in_use for bucket in buckets[:-1]} == {None}


def test_a_gap_is_a_gap():
    """Where nobody looked there is no line."""
    points = [point(m, 1) for m in (0.5, 1.5, 20.5, 21.5, 22.5)]

    chart = draw(gather(points, until=NOW, hours=1))

    assert len(chart.lines) == 2
    assert [line.count("L") for line in chart.lines] == [2, 1]


def test_the_axis_begins_at_zero_and_holds_the_limit():
    """The limit is drawn where it is near, and at its height."""
    chart = draw(gather([point(0.5, 8), point(1.5, 0)], until=NOW, hours=1))

    assert (chart.grid[0].words, chart.grid[0].place) == ("0", BOTTOM)
    assert (chart.limit, chart.limit_count, chart.grid[-1].words) == (TOP, 10, "10")
    assert 3 <= len(chart.grid) <= 7


def test_processes_that_ended_count_no_more():
    """The limit in words is that of those who were seen last."""
    points = [point(5.5, 1, name) for name in "abc"] + [point(0.5, 1, "d")]

    chart = draw(gather(points, until=NOW, hours=1))

    assert chart.limit_count == 10
