"""Rules over error groups: new ones, ones that came back, ones that come in crowds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from entrepot.base.house import House
from entrepot.watch.alerts.condition import Condition, render_period
from entrepot.watch.alerts.spec import Kind, Point, Reading, Sample
from entrepot.watch.groups.service import list_groups
from entrepot.watch.groups.spec import ErrorGroup, Wish

PAGE = 200
MOST_GROUPS = 1_000
DAY_HOURS = 24
LEAST_OF_A_SPIKE = 10
"""Fewer errors in an hour are no crowd, however quiet the hours before were."""


def evaluate(house: House, condition: Condition, now: datetime) -> Reading:
    """Look at the groups that came in the window."""
    measure = MEASURES[condition.arguments["of"]]
    since = now - timedelta(seconds=condition.window_seconds)
    found = (
        (group, measure(group, since))
        for group in _groups(house, condition)
        if group.state in ("open", "resolved")
    )
    return Reading(
        samples=tuple(
            _sample(condition, group, value) for group, value in found if value
        )
    )


def replay(
    house: House, condition: Condition, since: datetime, until: datetime
) -> list[Point]:
    """Return one point for each group that was new, or came back, in the time."""
    attribute = {"new": "first_seen_at", "reopened": "reopened_at"}.get(
        condition.arguments["of"]
    )
    if attribute is None:
        return []
    wish = Wish(hours=math.ceil((until - since).total_seconds() / 3_600))
    found = [
        (at, group)
        for group in _listed(house, wish)
        if (at := getattr(group, attribute)) is not None and since <= at <= until
    ]
    return [
        Point(at=at, samples=(_sample(condition, group, 1.0),))
        for at, group in sorted(found, key=lambda pair: pair[0])
    ]


def _groups(house: House, condition: Condition) -> Iterator[ErrorGroup]:
    hours = math.ceil(condition.window_seconds / 3_600)
    is_spike = condition.arguments["of"] == "spike"
    return _listed(house, Wish(hours=DAY_HOURS if is_spike else hours))


def _listed(house: House, wish: Wish) -> Iterator[ErrorGroup]:
    after, seen = "", 0
    while seen < MOST_GROUPS:
        page = list_groups(house, wish, limit=PAGE, after=after)
        yield from (group for group in page.groups if group.recent)
        seen, after = seen + PAGE, page.next
        if not after:
            return


def _new(group: ErrorGroup, since: datetime) -> float:
    return float(group.first_seen_at >= since)


def _reopened(group: ErrorGroup, since: datetime) -> float:
    return float(group.reopened_at is not None and group.reopened_at >= since)


def _spike(group: ErrorGroup, since: datetime) -> float:
    """Return how many times the mean of the hours before the last one had."""
    if len(group.hours) < 2 or group.hours[-1] < LEAST_OF_A_SPIKE:
        return 0.0
    *before, last = group.hours
    return last / max(1.0, sum(before) / len(before))


MEASURES: dict[str, Callable[[ErrorGroup, datetime], float]] = {
    "new": _new,
    "reopened": _reopened,
    "spike": _spike,
}


def _sample(condition: Condition, group: ErrorGroup, value: float) -> Sample:
    of = condition.arguments["of"]
    window = render_period(condition.window_seconds)
    said = {
        "new": f"A new error in {window}",
        "reopened": f"An error that was resolved is back in {window}",
        "spike": f"{value:,.1f} times as many as usual in the last hour",
    }[of]
    return Sample(
        labels={"error": group.id},
        value=value,
        is_met=condition.holds(value),
        words=f"{said}: {group.title}",
    )


KIND = Kind(
    name="errors",
    summary="Errors of a cause that is new, that is back, or that come in crowds.",
    example="errors(new) > 0 over 1 hour",
    evaluate=evaluate,
    replay=replay,
)
