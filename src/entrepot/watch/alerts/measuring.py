"""The value of a metric in a time, from whichever of our books tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.house import House
from entrepot.watch.alerts.condition import PERIODS, SECONDS, Condition
from entrepot.watch.alerts.derived import DERIVED, Measured, parse_labels
from entrepot.watch.history.service import list_metrics, read_number
from entrepot.watch.history.spec import Statistic
from entrepot.watch.lines.traffic import tracks, traffic
from entrepot.watch.metrics.reading import load_gauges
from entrepot.watch.metrics.series import SERIES, SHORT
from entrepot.watch.spec import Times

TIMES = ("avg", "min", "max", "p50", "p95", "p99", "count")
HISTORY_DELAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a metric is asked, and of which time."""

    name: str
    aggregate: str
    labels: Mapping[str, str]
    per: str
    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """Return how long the time is."""
        return max(1.0, (self.until - self.since).total_seconds())


def measure(house: House, condition: Condition, until: datetime) -> Measured:
    """Return the values in the threshold's unit, one for each thing measured.

    Raises:
        UnknownName: There is no such metric.
        Invalid: It cannot be asked that.
    """
    given = condition.arguments
    asked = Asked(
        name=SHORT.get(given["metric"], given["metric"]),
        aggregate=given.get("aggregate", ""),
        labels=parse_labels(given.get("labels", "")),
        per=condition.per,
        since=until - timedelta(seconds=condition.window_seconds),
        until=until,
    )
    unit, found = _find(house, asked)
    factor = _factor(unit, condition)
    return [
        (labels, None if value is None else value * factor) for labels, value in found
    ]


def _find(house: House, asked: Asked) -> tuple[str, Measured]:
    if asked.name in SERIES:
        return _requests(house, asked)
    if asked.name in DERIVED:
        unit, read = DERIVED[asked.name]
        return unit, read(house, asked.labels, asked.since, asked.until)
    if asked.name in load_gauges():
        return _unit_of(asked.name), _gauge(house, asked)
    return _history(house, asked)


def _requests(house: House, asked: Asked) -> tuple[str, Measured]:
    found = traffic(house, since=asked.since, until=asked.until, moments=1)
    requests, failed, times = found.requests, found.failed, found.times
    if set(asked.labels) - {"endpoint"}:
        raise Invalid(f"{asked.name} has the label endpoint and no others")
    if "endpoint" in asked.labels:
        wanted = asked.labels["endpoint"]
        of = [one for one in found.endpoints if one.endpoint == wanted]
        requests = of[0].requests if of else 0
        failed = of[0].failed if of else 0
        times = of[0].times if of else _no_times()
    if asked.name == "http_request_duration":
        return "ms", [(asked.labels, _of_times(times, asked))]
    if asked.name == "error_rate" and not asked.per:
        ratio = failed / requests if requests else 0.0
        return "ratio", [(asked.labels, ratio)]
    count = failed if asked.name == "error_rate" else requests
    per = PERIODS[asked.per or "second"]
    return "", [(asked.labels, count * per / asked.seconds)]


def _no_times() -> Times:
    return Times(count=0, avg=None, min=None, max=None, p50=None, p95=None, p99=None)


def _of_times(times: Times, asked: Asked) -> float | None:
    if asked.aggregate not in ("", *TIMES):
        raise Invalid(
            f"{asked.name} has no {asked.aggregate}", hint=f"one of {', '.join(TIMES)}"
        )
    return cast(float | None, getattr(times, asked.aggregate or "avg"))


def _gauge(house: House, asked: Asked) -> Measured:
    if asked.aggregate not in ("", *FOLDS):
        raise Invalid(
            f"{asked.name} has no {asked.aggregate}", hint=f"one of {', '.join(FOLDS)}"
        )
    fold = FOLDS[asked.aggregate or "avg"]
    moments = max(1, round(asked.seconds / 60))
    found = tracks(
        house, [asked.name], since=asked.since, until=asked.until, moments=moments
    )
    measured: Measured = []
    for track in found:
        known = [point for point in track.points if point is not None]
        if asked.labels.items() <= track.labels.items():
            measured.append((track.labels, fold(known) if known else None))
    return measured


def _mean(points: Sequence[float]) -> float:
    return sum(points) / len(points)


FOLDS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "avg": _mean,
    "min": min,
    "max": max,
    "last": lambda points: points[-1],
    "sum": sum,
}


def _history(house: House, asked: Asked) -> tuple[str, Measured]:
    known = {metric.name: metric for metric in list_metrics(house)}
    if asked.name not in known:
        names = sorted({*SERIES, *SHORT, *DERIVED, *load_gauges(), *known})
        raise UnknownName("metric", asked.name, names)
    metric = known[asked.name]
    statistic = cast(Statistic, asked.aggregate or metric.statistics[0])
    if asked.per and not asked.aggregate:
        statistic = "rate"
    if statistic not in metric.statistics:
        raise Invalid(
            f"{asked.name} has no {statistic}",
            hint=f"one of {', '.join(metric.statistics)}",
        )
    value = read_number(
        house,
        asked.name,
        statistic=statistic,
        since=asked.since - HISTORY_DELAY,
        until=asked.until,
        labels=asked.labels or None,
    )
    if value is not None and asked.per and statistic == "rate":
        value *= PERIODS[asked.per]
    return metric.unit, [(asked.labels, value)]


def _unit_of(gauge: str) -> str:
    for ending, unit in (("_seconds", "s"), ("_ms", "ms"), ("_ratio", "ratio")):
        if gauge.endswith(ending):
            return unit
    return ""


def _factor(unit: str, condition: Condition) -> float:
    """Return what turns a value's unit into the threshold's.

    Raises:
        Invalid: One is a time, and the other is none.
    """
    wanted = condition.unit
    if wanted == "%":
        return 100.0 if unit == "ratio" else 1.0
    if wanted and unit not in SECONDS:
        raise Invalid(
            f"{condition.arguments['metric']} is no time to be compared with "
            f"{condition.limit}"
        )
    return SECONDS[unit] / SECONDS[wanted] if wanted else 1.0
