"""One number over time, by the name that people ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from entrepot.base.errors import UnknownName
from entrepot.base.house import House
from entrepot.watch.history.spec import Curve, Series
from entrepot.watch.lines.traffic import tracks, traffic
from entrepot.watch.spec import Moment, Traffic


def _durations(moments: list[Moment]) -> dict[str, list[float | None]]:
    return {
        "avg": [m.times.avg for m in moments],
        "p50": [m.times.p50 for m in moments],
        "p95": [m.times.p95 for m in moments],
        "p99": [m.times.p99 for m in moments],
    }


def _rates(moments: list[Moment]) -> dict[str, list[float | None]]:
    return {"": [m.requests for m in moments]}


def _failures(moments: list[Moment]) -> dict[str, list[float | None]]:
    return {"": [m.failed / m.requests if m.requests else 0.0 for m in moments]}


Draw = Callable[[list[Moment]], dict[str, list[float | None]]]
SERIES: Mapping[str, tuple[str, Draw]] = {
    "http_request_duration": ("ms", _durations),
    "request_rate": ("requests/s", _rates),
    "error_rate": ("ratio", _failures),
}
"""What is drawn of requests: the unit, and how moments become curves."""
SHORT = {
    "memory_usage": "entrepot_memory_bytes",
    "active_connections": "entrepot_db_pool_connections",
}
"""Names of the documents for gauges."""


def get_series(
    house: House,
    name: str,
    *,
    gauges: list[str],
    since: datetime,
    until: datetime,
    moments: int,
) -> Series:
    """Return what requests did or a gauge read over time.

    Args:
        gauges: The names that are gauges.

    Raises:
        UnknownName: The name is neither.
    """
    gauge = SHORT.get(name, name)
    if name not in SERIES and gauge not in gauges:
        raise UnknownName("metric", name, [*SERIES, *SHORT, *gauges])
    found = traffic(house, since=since, until=until, moments=moments)
    if name in SERIES:
        unit, draw = SERIES[name]
        curves = [
            Curve(labels={"statistic": key} if key else {}, points=points)
            for key, points in draw(found.moments).items()
        ]
        return _series(name, unit, found, curves)
    read = tracks(house, [gauge], since=since, until=until, moments=moments)
    return _series(
        name,
        _unit_of(gauge),
        found,
        [Curve(labels=t.labels, points=t.points) for t in read],
    )


def _unit_of(gauge: str) -> str:
    return "bytes" if gauge.endswith("_bytes") else ""


def _series(name: str, unit: str, found: Traffic, curves: list[Curve]) -> Series:
    return Series(
        name=name,
        unit=unit,
        step_seconds=found.step_seconds,
        timestamps=[f"{m.at:%Y-%m-%dT%H:%M:%SZ}" for m in found.moments],
        series=curves,
    )
