"""Pages: metrics over months, and who used what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Response, render_template, url_for

from entrepot.base.errors import Invalid
from entrepot.watch.history import service
from entrepot.watch.history.spec import MetricName, Series, Statistic, Used
from entrepot.watch.pages.blueprint import bp
from entrepot.web import charts, shell
from entrepot.web.guard import needs
from entrepot.web.routes import current_house, read_query

RANGES: dict[str, tuple[str, timedelta]] = {
    "1h": ("1 h", timedelta(hours=1)),
    "24h": ("24 h", timedelta(hours=24)),
    "7d": ("7 d", timedelta(days=7)),
    "90d": ("90 d", timedelta(days=90)),
    "2y": ("2 y", timedelta(days=730)),
}
USED_RANGES = {name: RANGES[name] for name in ("1h", "24h", "7d", "90d")}
FIRST = ("http_request_duration", "request_rate", "error_rate", "cpu_usage",
         "memory_usage", "active_connections", "db_query_duration")  # fmt: skip
"""What people look at most: it stands above the others."""
MOST_LINES = 8
POINTS = 120
NAMES = {
    "endpoint": "Endpoints",
    "product": "Data products",
    "export": "Exports",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricQuery:
    """Which metric, of which time, and which of its curves.

    Attributes:
        by: A label that tells curves apart; empty adds all up.
        label: Only with these, each `name=value`.
    """

    name: str = "http_request_duration"
    range: str = "24h"
    by: str = ""
    statistic: str = ""
    label: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPage:
    """One metric over time.

    Attributes:
        labels: Those that narrow, by name.
        without: Addresses without each of them.
        choices: Addresses of the same with another time.
    """

    query: MetricQuery
    metric: MetricName
    first: list[MetricName]
    others: list[MetricName]
    series: Series
    chart: charts.Chart | None
    labels: Mapping[str, str]
    without: Mapping[str, str]
    choices: Mapping[str, str]
    api: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedQuery:
    """What was used, and when."""

    of: str = "endpoint"
    range: str = "24h"
    name: str = ""
    by_person: bool = False


@bp.get("/usage")
@needs("viewer")
def usage() -> Response:
    """Show a metric over time."""
    query: MetricQuery = read_query(MetricQuery)
    _check_range(query.range, RANGES)
    house, now = current_house(), datetime.now(UTC)
    known = {metric.name: metric for metric in service.list_metrics(house)}
    labels = _labels(query.label)
    series = service.read_series(
        house,
        query.name,
        since=now - RANGES[query.range][1],
        until=now,
        points=POINTS,
        labels=labels,
        by=(query.by,) if query.by else (),
        statistics=_statistics(query, known),
        most_curves=MOST_LINES,
    )
    page = MetricPage(
        query=query,
        metric=known[query.name],
        first=[known[name] for name in FIRST],
        others=[m for name, m in known.items() if name not in FIRST],
        series=series,
        chart=_chart(series, RANGES[query.range][0]),
        labels=labels,
        without={name: _address(query, label=_but(labels, name)) for name in labels},
        choices={name: _address(query, range=name) for name in RANGES},
        api=_api(query, labels),
    )
    return _page("watch/usage.html", page=page, ranges=RANGES)


@bp.get("/usage/used")
@needs("analyst")
def used() -> Response:
    """Show who used what."""
    query: UsedQuery = read_query(UsedQuery)
    _check_range(query.range, USED_RANGES)
    if query.of not in NAMES:
        raise Invalid(
            f"of: {query.of[:40]!r} is none", hint=f"one of {', '.join(NAMES)}"
        )
    now = datetime.now(UTC)
    found: list[Used] = service.usage(
        current_house(),
        of=query.of,  # type: ignore[arg-type]  # it was looked up just now
        since=now - USED_RANGES[query.range][1],
        until=now + timedelta(hours=1),
        name=query.name,
        is_by_person=query.by_person or bool(query.name),
        limit=200,
    )
    return _page(
        "watch/used.html", query=query, found=found, names=NAMES, ranges=USED_RANGES
    )


def _page(template: str, **values: object) -> Response:
    text = render_template(template, **values)
    return Response(text, content_type="text/html; charset=utf-8")


def _check_range(name: str, ranges: Mapping[str, object]) -> None:
    if name not in ranges:
        raise Invalid(
            f"range: {name[:60]!r} is none", hint=f"the ranges are {', '.join(ranges)}"
        )


def _labels(given: list[str]) -> dict[str, str]:
    pairs = (text.partition("=") for text in given[:10])
    return {name: value for name, equals, value in pairs if name and equals}


def _but(labels: Mapping[str, str], name: str) -> list[str]:
    return [f"{n}={value}" for n, value in labels.items() if n != name]


def _statistics(
    query: MetricQuery, known: Mapping[str, MetricName]
) -> tuple[Statistic, ...]:
    """Return what is drawn: percentiles together where there is one curve."""
    metric = known.get(query.name)
    if query.statistic:
        return (query.statistic,)  # type: ignore[return-value]  # the service refuses others
    if metric is None or query.by:
        return ()
    if metric.kind == "histogram":
        return ("avg", "p50", "p95", "p99")
    return ("avg", "min", "max") if metric.kind == "gauge" else ()


def _address(query: MetricQuery, **other: object) -> str:
    given = {
        "name": query.name,
        "range": query.range,
        "by": query.by,
        "statistic": query.statistic,
        "label": query.label,
        **other,
    }
    asked = urlencode({n: v for n, v in given.items() if v}, doseq=True)
    return f"{url_for('watch_pages.usage')}?{asked}"


def _api(query: MetricQuery, labels: Mapping[str, str]) -> str:
    hours = f"{RANGES[query.range][1] / timedelta(hours=1):g}"
    asked = {"name": query.name, "hours": hours, "points": str(POINTS)}
    more = {"by": query.by, "statistic": query.statistic, **labels}
    asked |= {name: value for name, value in more.items() if value}
    return f"/api/metrics/timeseries?{urlencode(asked)}"


def _chart(series: Series, when: str) -> charts.Chart | None:
    if not series.series:
        return None
    since = datetime.fromisoformat(series.timestamps[0])
    length = timedelta(seconds=series.step_seconds)
    frame = charts.Frame(
        title=f"{series.name}, last {when}, UTC",
        since=since,
        until=since + length * len(series.timestamps),
        unit=series.unit if series.unit != "ratio" else "",
        render=lambda value: shown(value, series.unit),
    )
    lines = [
        charts.Series(
            name=" ".join(curve.labels.values()) or series.name,
            tone=f"s{n}",
            values=curve.points,
            is_filled=len(series.series) == 1,
        )
        for n, curve in enumerate(series.series[:MOST_LINES], 1)
    ]
    return charts.draw_lines(lines, frame)


def shown(value: float, unit: str) -> str:
    """Return a number as its unit is read: `3.1 MB`, `120`, `0.25`."""
    if unit == "bytes":
        for name, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
            if abs(value) >= size:
                return f"{value / size:.3g} {name}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


shell.PLACES.append(
    shell.Place(
        label="Metrics",
        endpoint="watch_pages.usage",
        icon="chart",
        group="Watch",
        letter="M",
        order=36,
        is_docked=False,
        also=("watch_pages.system_logs",),
    )
)
