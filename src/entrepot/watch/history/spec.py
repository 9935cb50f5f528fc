"""What history tells: names of metrics, numbers over time, and who used what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Kind = Literal["counter", "gauge", "histogram", "ratio"]
Statistic = Literal["count", "rate", "sum", "avg", "min", "max", "p50", "p95", "p99"]
STATISTICS: tuple[Statistic, ...] = get_args(Statistic)
"""What can be asked of a metric; `count` and `rate` (per second) not of gauges."""

OF_KIND: Mapping[Kind, tuple[Statistic, ...]] = {
    "counter": ("rate", "count"),
    "gauge": ("avg", "min", "max"),
    "ratio": ("avg",),
    "histogram": ("avg", "p50", "p95", "p99", "rate", "count", "sum"),
}
"""What each kind of metric can be asked, the usual first."""

UsedThing = Literal["endpoint", "product", "export"]
"""Of `export` the names are `connection: title`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricName:
    """A metric that history keeps.

    Attributes:
        unit: As shown: `ms`, `s`, `bytes`, `requests/s`; empty for a plain number.
        labels: Names of what tells its curves apart.
        statistics: What can be asked of it, the usual first.
    """

    name: str
    kind: Kind
    unit: str
    help: str
    labels: tuple[str, ...]
    statistics: tuple[Statistic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points with what tells them apart from the other curves of the series.

    Attributes:
        labels: With `statistic` where there is more than one.
        points: One for each moment; None where nothing is known: a gap, no zero.
    """

    labels: Mapping[str, str]
    points: list[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Numbers over time.

    Attributes:
        timestamps: When each moment begins, UTC, `2026-11-20T14:30:00Z`.
        is_cut: There are more curves; these are the largest.
    """

    name: str
    unit: str
    step_seconds: float
    timestamps: list[str]
    series: list[Curve]
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How one thing was used in a time: an endpoint, or a data product's table.

    Attributes:
        name: The endpoint, or `connection.schema.table`.
        who: The person or key, where it is asked by them; else empty.
        rows: None where nobody counted them.
    """

    name: str
    who: str
    times: int
    failed: int
    rows: int | None
    total_ms: float
    mean_ms: float
    max_ms: float
    last_at: datetime
