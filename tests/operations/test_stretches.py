"""The pool over time: what stands in each stretch, and where nothing does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from entrepot.operations.health.samples import Point
from entrepot.operations.health.stretches import gather, last_limit

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

    stretches = gather(points, until=NOW, hours=1)

    assert len(stretches) == 60
    assert (stretches[-1].in_use, stretches[-1].limit) == (7, 20)
    assert {stretch.in_use for stretch in stretches[:-1]} == {None}


def test_processes_that_ended_count_no_more():
    """The limit is that of those who were seen last."""
    points = [point(5.5, 1, name) for name in "abc"] + [point(0.5, 1, "d")]

    stretches = gather(points, until=NOW, hours=1)

    assert (last_limit(stretches), last_limit([])) == (10, 0)
