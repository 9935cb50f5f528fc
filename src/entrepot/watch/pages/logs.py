"""Pages: the log, what came since, one line with those around it, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError, Unavailable
from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.lines import service
from entrepot.watch.lines.service import LogSize
from entrepot.watch.pages.asked import (
    RANGES,
    Chip,
    LogQuery,
    with_parameters,
)
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.pages.levels import LevelCount, count_levels, draw_levels
from entrepot.watch.search import saved
from entrepot.watch.search.saved import SearchSeen
from entrepot.watch.spec import Histogram, Lines, Wanted
from entrepot.web import problems, shell
from entrepot.web.charts import Chart
from entrepot.web.guard import needs, require
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house, read_query

PAGE_LINES = 200
LOGGERS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the log had.

    Attributes:
        chart: Lines by level over the time asked for; None without any line.
        levels: How many there are of each level, chosen or not.
        culprits: Filters without which there would be lines, where there are none.
        has_wider: Longer ago there are some.
    """

    lines: Lines
    histogram: Histogram
    chart: Chart | None
    levels: list[LevelCount]
    loggers: list[tuple[str, int]]
    size: LogSize
    culprits: list[Chip]
    has_wider: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """The log under the filters of the address.

    Attributes:
        api: Where the same lines are as JSON.
        new: Where those come that are newer than line 0.
        zoom_out: Address of twice the time; empty where none is chosen.
        problem: Why there are no lines.
        kept: The saved search whose words these are.
    """

    query: LogQuery
    api: str
    new: str
    zoom_out: str
    kept_days: int
    found: Found | None = None
    problem: dict[str, object] | None = None
    kept: SearchSeen | None = None

    @property
    def chips(self) -> list[Chip]:
        """Return the filters that are on."""
        return list(self.query.chips())

    @property
    def error_above(self) -> str:
        """Return the address of the next error above these lines."""
        lines = self.found.lines.lines if self.found else []
        return self.query.error_beside(lines[0].id, "above") if lines else ""

    @property
    def error_below(self) -> str:
        """Return the address of the next error below these lines."""
        lines = self.found.lines.lines if self.found else []
        return self.query.error_beside(lines[-1].id, "below") if lines else ""

    @property
    def is_open_here(self) -> bool:
        """Tell whether the line that the address opens is on this page."""
        lines = self.found.lines.lines if self.found else []
        return any(line.id == self.query.line for line in lines)


@bp.get("/logs")
@needs("analyst")
def logs() -> Response:
    """Show the log."""
    query: LogQuery = read_query(LogQuery)
    house, now = current_house(), datetime.now(UTC)
    found, problem, status = None, None, 200
    try:
        found = _find(house, query, now)
    except EntrepotError as error:
        problem, status = problems.describe(error), problems.status_of(error)
    page = LogPage(
        query=query,
        api=_api(query, now),
        new=with_parameters(
            url_for("watch_pages.new_lines", after=0), query.parameters()
        ),
        zoom_out=_zoom_out(query, found),
        kept_days=house.settings[knobs.LOG_RETENTION_DAYS],
        found=found,
        problem=problem,
        kept=_kept(house, query),
    )
    text = render_template("watch/logs.html", page=page, ranges=RANGES)
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _kept(house: House, query: LogQuery) -> SearchSeen | None:
    try:
        return saved.find_same(house, require("analyst"), query.q)
    except Unavailable:
        return None  # the log can be read where our own database cannot


@bp.get("/logs-dashboard")
def logs_dashboard() -> BaseResponse:
    """Lead to the dashboard."""
    return redirect(url_for("watch_pages.dashboard"), code=302)


@bp.get("/logs/new/<int:after>")
@quiet
@needs("analyst")
def new_lines(after: int) -> str:
    """Show the lines that came after one, as a part of the page."""
    query: LogQuery = read_query(LogQuery)
    wanted = query.wanted(datetime.now(UTC))
    lines = service.list_lines(current_house(), wanted, limit=PAGE_LINES, after=after)
    return render_template("watch/log_part.html", lines=lines, query=query)


@bp.get("/logs/clear")
@needs("admin")
def clear_page() -> str:
    """Ask whether the log is to be emptied."""
    size = service.log_size(current_house())
    return render_template("watch/clear.html", size=size)


@bp.post("/logs/clear")
@needs("admin")
def clear() -> BaseResponse:
    """Empty the log."""
    service.clear(current_house())
    return redirect(url_for("watch_pages.logs"), code=303)


def _find(house: House, query: LogQuery, now: datetime) -> Found:
    wanted = query.wanted(now)
    lines = service.list_lines(house, wanted, limit=PAGE_LINES, before=query.before)
    size = service.log_size(house)
    # Of every level, so that one sees what the chosen ones leave out.
    every = query.wanted_of_every_level(now)
    until = wanted.until or now
    since = min(wanted.since or size.oldest or until, until - timedelta(seconds=1))
    histogram = service.histogram(house, every, since=since, until=until)
    levels = count_levels(histogram, wanted.levels)
    is_empty = not lines.lines and query.before is None
    return Found(
        lines=lines,
        histogram=histogram,
        chart=draw_levels(histogram, query, levels=wanted.levels),
        levels=levels,
        loggers=service.list_loggers(house)[:LOGGERS_SHOWN],
        size=size,
        culprits=_culprits(house, query, now) if is_empty else [],
        has_wider=is_empty and _has_any(house, query.wanted_at_any_time(now)),
    )


def _culprits(house: House, query: LogQuery, now: datetime) -> list[Chip]:
    """Return the filters that alone leave nothing."""
    return [
        chip
        for chip in query.chips()
        if chip.field != "start_date" and _has_any(house, query.less(chip.field, now))
    ]


def _has_any(house: House, wanted: Wanted) -> bool:
    return bool(service.list_lines(house, wanted, limit=1).lines)


def _zoom_out(query: LogQuery, found: Found | None) -> str:
    """Return the address of twice the time; empty where no time is chosen."""
    if found is None or not query.is_exact or not found.histogram.stretches:
        return ""
    begins = found.histogram.stretches[0].at
    count = len(found.histogram.stretches)
    half = timedelta(seconds=found.histogram.step_seconds * count / 2)
    return query.during(begins - half, begins + 3 * half)


def _api(query: LogQuery, now: datetime) -> str:
    """Return where the same lines are as JSON."""
    names = query.parameters(range="", limit=PAGE_LINES)
    if query.span in RANGES:
        names["start_date"] = f"{now - RANGES[query.span][1]:%Y-%m-%dT%H:%M:%SZ}"
    return with_parameters(url_for("watch_api.list_logs"), names)


shell.PLACES.append(
    shell.Place(
        label="Logs",
        endpoint="watch_pages.logs",
        icon="logs",
        group="Watch",
        letter="L",
        order=30,
    )
)
