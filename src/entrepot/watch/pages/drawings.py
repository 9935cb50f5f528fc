"""What the dashboard draws of requests and gauges: tiles and charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Blueprint

from entrepot.base import ground_settings as knobs
from entrepot.base.house import House
from entrepot.watch.pages.asked import LogQuery
from entrepot.watch.spec import Histogram, Level, Times, Track, Traffic
from entrepot.web.charts import Chart, Frame, Series, Shape, draw_lines, spark
from entrepot.web.words import duration

POOL_SIZE = "entrepot_db_pool_size"
POOL_GAUGES = ("entrepot_db_pool_connections", POOL_SIZE)
ERRORS: tuple[Level, ...] = ("ERROR", "CRITICAL")

CLASSES = {
    "2": ("answered", "s1"),
    "3": ("sent elsewhere", "s5"),
    "4": ("refused: the caller's fault", "warn"),
    "5": ("failed: our fault", "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure, its small line, and where its details are."""

    name: str
    value: str
    note: str
    address: str
    spark: Shape
    unit: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart with its place on the page; `log` leads to the lines behind it."""

    id: str
    name: str
    chart: Chart
    log: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusClass:
    """How many answers had a status of one class; `share` of all, of 100."""

    name: str
    meaning: str
    tone: str
    count: int
    share: float


def milliseconds(value: float | None) -> str:
    """Return `3.1 ms`, `120 ms` or `1.9 s`; an en dash for none."""
    if value is None:
        return "–"
    if value < 9.95:
        return f"{value:.2g} ms"
    return duration(value / 1000)


def rate(value: float) -> str:
    """Return requests a second with as many digits as tell something."""
    if 0 < value < 0.01:
        return "< 0.01"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent(part: int, whole: int) -> str:
    """Return a share; a little is not shown as nothing."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return "< 0.01" if 0 < share < 0.01 else f"{share:.3g}"


def frame_of(
    found: Traffic, title: str, *, unit: str, render: Callable[[float], str]
) -> Frame:
    """Return the frame of the moments of a traffic."""
    since = found.moments[0].at
    until = since + timedelta(seconds=found.step_seconds) * len(found.moments)
    return Frame(title=title, since=since, until=until, unit=unit, render=render)


def draw_requests(found: Traffic, when: str) -> Chart:
    """Return requests a second, and those that failed."""
    asked = Series(
        name="requests/s", values=[m.requests for m in found.moments], is_filled=True
    )
    failed = Series(
        name="failed/s", tone="bad", values=[m.failed for m in found.moments]
    )
    title = f"Requests a second, and those that failed, {when}, UTC"
    return draw_lines([asked, failed], frame_of(found, title, unit="/s", render=_plain))


def draw_times(found: Traffic, when: str) -> Chart:
    """Return the percentiles of how long answers took."""
    names: dict[str, Callable[[Times], float | None]] = {
        "p50": lambda times: times.p50,
        "p95": lambda times: times.p95,
        "p99": lambda times: times.p99,
    }
    series = [
        Series(name=name, tone=f"s{n}", values=[pick(m.times) for m in found.moments])
        for n, (name, pick) in enumerate(names.items(), 1)
    ]
    title = f"Answer time in milliseconds: p50, p95 and p99, {when}, UTC"
    return draw_lines(series, frame_of(found, title, unit="ms", render=_plain))


def draw_failures(found: Traffic, when: str) -> Chart:
    """Return how many of a hundred requests failed; a gap where there were none."""
    shares = [
        100 * m.failed / m.requests if m.requests else None for m in found.moments
    ]
    series = Series(name="failed", tone="bad", values=shares, is_filled=True)
    title = f"Requests that failed, percent of all, {when}, UTC"
    return draw_lines([series], frame_of(found, title, unit="%", render=_plain))


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections to our own database over time, and what all may have together."""

    in_use: Sequence[float | None]
    limit: int

    @staticmethod
    def make(house: House, found: Sequence[Track]) -> Pool:
        """Return it from the gauges."""
        used = (t.points for t in found if t.labels.get("state") == "in_use")
        sizes = (t.points for t in found if t.name == POOL_SIZE)
        kept = house.settings[knobs.DB_POOL_SIZE]
        most = kept + house.settings[knobs.DB_MAX_OVERFLOW]
        size = last_seen(next(sizes, []))
        limit = round((size or 0) / kept * most) if kept else 0
        return Pool(next(used, []), limit)

    @property
    def now(self) -> float | None:
        """Return how many are in use; None if nobody looked."""
        return last_seen(self.in_use)

    def draw(self, found: Traffic, when: str) -> Chart:
        """Return the connections in use over the moments of a traffic."""
        values = self.in_use or [None] * len(found.moments)
        series = Series(name="in use", values=values, is_filled=True)
        title = f"Connections to our database in use, all processes together, {when}"
        frame = frame_of(found, title, unit="", render=_plain)
        return draw_lines(
            [series], replace(frame, is_whole=True, limit=self.limit or None)
        )


def last_seen(points: Sequence[float | None]) -> float | None:
    """Return the newest reading; None if nobody looked."""
    return next((point for point in reversed(points) if point is not None), None)


def tiles(
    found: Traffic, pool: Pool, histogram: Histogram, asked: LogQuery
) -> list[Tile]:
    """Return the figures at the top."""
    return [*_request_tiles(found), _error_tile(histogram, asked), _pool_tile(pool)]


def _request_tiles(found: Traffic) -> list[Tile]:
    seconds = found.step_seconds * len(found.moments)
    times = found.times
    p95, _, unit = milliseconds(times.p95).partition(" ")
    return [
        Tile(
            name="Requests a second",
            value=rate(found.requests / seconds),
            note=f"{found.requests:,} in all",
            address="#requests",
            spark=spark([moment.requests for moment in found.moments]),
        ),
        Tile(
            name="Answer time, p95",
            value=p95,
            unit=unit,
            note=f"p50 {milliseconds(times.p50)}, p99 {milliseconds(times.p99)}",
            address="#times",
            spark=spark([moment.times.p95 for moment in found.moments]),
        ),
        Tile(
            name="Failed",
            value=percent(found.failed, found.requests),
            unit="%" if found.requests else "",
            note=f"{found.failed:,} of {found.requests:,} requests",
            address="#failures",
            spark=spark([moment.failed for moment in found.moments]),
            tone="bad" if found.failed else "",
        ),
    ]


def _error_tile(histogram: Histogram, asked: LogQuery) -> Tile:
    counts = [
        sum(stretch.counts.get(level, 0) for level in ERRORS)
        for stretch in histogram.stretches
    ]
    return Tile(
        name="Errors in the log",
        value=f"{sum(counts):,}",
        note="error and critical",
        address=asked.with_(level=list(ERRORS)),
        spark=spark(counts),
        tone="bad" if sum(counts) else "",
    )


def _pool_tile(pool: Pool) -> Tile:
    return Tile(
        name="Connections in use",
        value="–" if pool.now is None else f"{pool.now:.0f}",
        unit=f"of {pool.limit}" if pool.limit else "",
        note="to our database, all processes",
        address="#pool",
        spark=spark(pool.in_use),
    )


def count_classes(found: Traffic) -> list[StatusClass]:
    """Return the classes of statuses that there were."""
    counts = {
        first: sum(n for code, n in found.statuses.items() if code.startswith(first))
        for first in CLASSES
    }
    return [
        StatusClass(
            name=f"{first}xx",
            meaning=CLASSES[first][0],
            tone=CLASSES[first][1],
            count=count,
            share=100 * count / found.requests,
        )
        for first, count in counts.items()
        if count
    ]


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def install(bp: Blueprint) -> None:
    """Give templates the words of this module."""
    bp.add_app_template_filter(milliseconds, "watch_milliseconds")
    bp.add_app_template_filter(percent, "watch_percent")
