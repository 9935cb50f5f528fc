"""What the dashboard draws of a time: requests, lines, and what gauges read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import url_for

from entrepot.watch.pages.asked import LogQuery
from entrepot.watch.pages.levels import draw_levels
from entrepot.watch.pages.overview import Machine, Overview, Points
from entrepot.watch.pages.times import Period
from entrepot.watch.pages.words import plain
from entrepot.watch.spec import ACCESS, Times, Traffic
from entrepot.web.charts import Chart, Frame, Series, draw_lines
from entrepot.web.shell import is_served

CLASSES = {
    "2": ("answered", "s1"),
    "3": ("sent elsewhere", "s5"),
    "4": ("refused: the caller's fault", "warn"),
    "5": ("failed: our fault", "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart with its place on the page.

    Attributes:
        onward: Where what is behind it is, and `label` what that is.
        nothing: What is said where nobody looked, and `until` what will come.
    """

    id: str
    name: str
    chart: Chart
    onward: str = ""
    label: str = "Lines"
    nothing: str = "Nobody looked yet"
    until: str = "Each process notes it every 30 s."


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusClass:
    """How many answers had a status of one class; `share` of all, of 100."""

    name: str
    meaning: str
    tone: str
    count: int
    share: float


def frame_of(
    found: Traffic, title: str, *, unit: str = "", log: LogQuery | None = None
) -> Frame:
    """Return the frame of the moments of a traffic.

    Args:
        log: Lines that each moment leads to, whose time is not looked at.
    """
    step = timedelta(seconds=found.step_seconds)
    begins = [moment.at for moment in found.moments]
    return Frame(
        title=title,
        since=begins[0],
        until=begins[-1] + step,
        unit=unit,
        render=plain,
        addresses=[log.during(at, at + step) for at in begins] if log else (),
    )


def draw_requests(found: Traffic, frame: Frame) -> Chart:
    """Return requests a second, and those that failed."""
    asked = Series(
        name="requests/s", values=[m.requests for m in found.moments], is_filled=True
    )
    failed = Series(
        name="failed/s", tone="bad", values=[m.failed for m in found.moments]
    )
    return draw_lines([asked, failed], frame)


def draw_times(found: Traffic, frame: Frame) -> Chart:
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
    return draw_lines(series, frame)


def draw_failures(found: Traffic, frame: Frame) -> Chart:
    """Return how many of a hundred requests failed; a gap where there were none."""
    shares = [
        100 * m.failed / m.requests if m.requests else None for m in found.moments
    ]
    series = Series(name="failed", tone="bad", values=shares, is_filled=True)
    return draw_lines([series], frame)


def drawings(found: Overview, period: Period) -> list[Drawing]:
    """Return the charts of a time."""
    levels = draw_levels(found.histogram, period.asked)
    drawn = [*_of_requests(found.traffic, period)]
    if levels is not None:
        log = period.asked.with_()
        drawn.append(
            Drawing(id="levels", name="Log lines by level", chart=levels, onward=log)
        )
    return [*drawn, *_of_machine(found.traffic, found.machine, period)]


def _of_requests(found: Traffic, period: Period) -> list[Drawing]:
    when, log = period.words, period.asked
    answered = LogQuery(logger=ACCESS)
    slow = f"{found.times.p95 or 0:.0f}"
    titles = {
        "requests": f"Requests a second, and those that failed, {when}, UTC",
        "times": f"Answer time in milliseconds: p50, p95 and p99, {when}, UTC",
        "failures": f"Requests that failed, percent of all, {when}, UTC",
    }
    units = {"requests": "/s", "times": "ms", "failures": "%"}
    failed = {"failures": LogQuery(status="5xx")}
    frames = {
        id: frame_of(found, title, unit=units[id], log=failed.get(id, answered))
        for id, title in titles.items()
    }
    nothing = f"No request: {when}"
    until = "What is asked of this server shows here within a minute."
    slow_ones = log.with_(logger=ACCESS, min_duration_ms=slow)
    onward = {
        "requests": ("Requests a second", log.with_(logger=ACCESS), "Lines"),
        "times": ("Answer time", slow_ones, "Slow ones"),
        "failures": ("Failed requests", log.with_(status="5xx"), "Lines"),
    }
    draw = {"requests": draw_requests, "times": draw_times, "failures": draw_failures}
    return [
        Drawing(
            id=id,
            name=name,
            chart=draw[id](found, frames[id]),
            onward=address,
            label=label,
            nothing=nothing,
            until=until,
        )
        for id, (name, address, label) in onward.items()
    ]


def _of_machine(found: Traffic, machine: Machine, period: Period) -> list[Drawing]:
    def frame(title: str, unit: str = "", log: LogQuery = _ANY) -> Frame:
        return frame_of(found, f"{title}, {period.words}", unit=unit, log=log)

    pool = frame("Connections to our database in use, all processes together")
    jobs = frame("Jobs that run and that wait", log=_JOBS)
    memory = frame("Memory of all processes, in MB", "MB")
    cpu = frame("Processor cores that are busy for this server, all processes", "cores")
    limited = replace(pool, is_whole=True, limit=machine.pool_limit or None)
    waiting = {"running": machine.running, "waiting": machine.waiting}
    return [
        Drawing(
            id="pool",
            name="Our database’s connections",
            chart=_draw(limited, {"in use": machine.pool}),
            onward=_page("operations_pages.database"),
            label="Database",
        ),
        Drawing(
            id="jobs",
            name="Jobs",
            chart=_draw(replace(jobs, is_whole=True), waiting),
            onward=_page("jobs_pages.index"),
            label="Jobs",
        ),
        Drawing(
            id="memory",
            name="Memory",
            chart=_draw(memory, {"memory": _in_megabytes(machine.memory)}),
            until=_BY_MINUTE,
        ),
        Drawing(
            id="cpu",
            name="Processor",
            chart=_draw(cpu, {"busy cores": machine.cpu}),
            until=_BY_MINUTE,
        ),
    ]


_ANY = LogQuery()
_BY_MINUTE = "It is noted once a minute."
_JOBS = LogQuery(logger="entrepot.jobs")


def _draw(frame: Frame, values: Mapping[str, Points]) -> Chart:
    """Return lines of what was read; nobody looked where there are no points."""
    count = len(frame.addresses)
    return draw_lines(
        [
            Series(
                name=name,
                tone=f"s{n}",
                values=points or [None] * count,
                is_filled=n == 1,
            )
            for n, (name, points) in enumerate(values.items(), 1)
        ],
        frame,
    )


def _in_megabytes(points: Points) -> list[float | None]:
    return [None if point is None else point / 1e6 for point in points]


def _page(endpoint: str) -> str:
    return url_for(endpoint) if is_served(endpoint) else ""


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
