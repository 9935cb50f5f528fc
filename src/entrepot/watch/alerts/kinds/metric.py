"""Rules over metrics: a name, labels, an aggregate, a window; or what is so or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from entrepot.base.house import House
from entrepot.watch.alerts.claims import read_claim
from entrepot.watch.alerts.condition import Condition, render_period, shown_number
from entrepot.watch.alerts.measuring import measure
from entrepot.watch.alerts.promql import expression
from entrepot.watch.alerts.spec import Kind, Point, Reading, Sample

REPLAYED = 96
"""Moments of the past that are looked at."""


def evaluate(house: House, condition: Condition, now: datetime) -> Reading:
    """Measure the window that ends now."""
    if condition.arguments.get("is_claim") == "yes":
        name = condition.arguments["metric"]
        return Reading(
            samples=read_claim(house, name, lambda is_so: condition.holds(float(is_so)))
        )
    return Reading(samples=_samples(house, condition, now))


def replay(
    house: House, condition: Condition, since: datetime, until: datetime
) -> list[Point]:
    """Measure windows of the past; of what is so or not, nothing is kept."""
    if condition.arguments.get("is_claim") == "yes":
        return []
    step = (until - since) / REPLAYED
    step = max(step, timedelta(seconds=condition.window_seconds))
    count = int((until - since) / step)
    moments = [until - step * n for n in range(count)][::-1]
    return [Point(at=at, samples=_samples(house, condition, at)) for at in moments]


def _samples(house: House, condition: Condition, until: datetime) -> tuple[Sample, ...]:
    given, window = condition.arguments, render_period(condition.window_seconds)
    name, aggregate = given["metric"], given.get("aggregate", "")
    what = f"{aggregate}({name})" if aggregate else name
    per = f" per {condition.per}" if condition.per else ""
    found = []
    for labels, value in measure(house, condition, until):
        of = "".join(f" {key} {text}" for key, text in labels.items())
        shown = "not known"
        if value is not None:
            shown = f"{shown_number(round(value, 3))}{condition.unit}"
        found.append(
            Sample(
                labels=labels,
                value=value,
                is_met=condition.holds(value),
                words=f"{what}{of} is {shown}{per} over {window} ({condition.limit})",
            )
        )
    return tuple(found)


KIND = Kind(
    name="metric",
    summary="A metric compared over a time, or something that is so or not.",
    example="p95(http_request_duration) > 2s over 5 minutes",
    evaluate=evaluate,
    replay=replay,
    prometheus=expression,
)
