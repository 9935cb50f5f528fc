"""Rules over the log: how many lines a search finds in a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from entrepot.base.house import House
from entrepot.watch.alerts.condition import Condition, render_period
from entrepot.watch.alerts.searching import parse_search
from entrepot.watch.alerts.spec import Kind, Point, Reading, Sample
from entrepot.watch.lines import service

MOST_POINTS = 500


def evaluate(house: House, condition: Condition, now: datetime) -> Reading:
    """Count the lines of the window that ends now."""
    since = now - timedelta(seconds=condition.window_seconds)
    count = _count(house, condition, since, now)
    return Reading(samples=(_sample(condition, count),))


def replay(
    house: House, condition: Condition, since: datetime, until: datetime
) -> list[Point]:
    """Count the lines of every window between two moments, one after another."""
    wanted = parse_search(condition.arguments["search"])
    whole = (until - since).total_seconds()
    stretches = min(MOST_POINTS, max(1, int(whole // condition.window_seconds)))
    found = service.histogram(
        house, wanted, since=since, until=until, stretches=stretches
    )
    step = timedelta(seconds=found.step_seconds)
    share = condition.window_seconds / found.step_seconds
    return [
        Point(
            at=stretch.at + step,
            samples=(
                _sample(condition, sum(stretch.counts.values()) * min(share, 1.0)),
            ),
        )
        for stretch in found.stretches
    ]


def _count(house: House, condition: Condition, since: datetime, until: datetime) -> int:
    wanted = parse_search(condition.arguments["search"])
    found = service.histogram(house, wanted, since=since, until=until, stretches=1)
    return sum(sum(stretch.counts.values()) for stretch in found.stretches)


def _sample(condition: Condition, count: float) -> Sample:
    search, window = condition.arguments["search"], condition.window_seconds
    lines = "line" if count == 1 else "lines"
    return Sample(
        value=count,
        is_met=condition.holds(count),
        words=f"{count:,.0f} {lines} with {search} in {render_period(window)} "
        f"({condition.limit})",
    )


KIND = Kind(
    name="logs",
    summary="How many lines of the log a search finds in a time.",
    example='logs("level:ERROR") > 10 over 5 minutes',
    evaluate=evaluate,
    replay=replay,
)
