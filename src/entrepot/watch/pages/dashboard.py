"""Pages: how this server does, at a look, and its small part of the home page."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, g, render_template

from entrepot.base.checks import CHECKS, Health, health
from entrepot.base.errors import EntrepotError, Invalid, Unavailable
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Identity
from entrepot.watch.lines import service
from entrepot.watch.lines.traffic import tracks, traffic
from entrepot.watch.pages import drawings
from entrepot.watch.pages.asked import RANGES, USUAL, LogQuery
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.pages.levels import draw_levels
from entrepot.watch.spec import Line, Traffic, Wanted
from entrepot.web import problems, shell
from entrepot.web.guard import needs
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house, read_query

ERRORS_SHOWN = 8
ENDPOINTS_SHOWN = 20
API = "/api/metrics/summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardQuery:
    """Which time is looked at: one of `RANGES`."""

    range: str = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One thing that can be well or not."""

    name: str
    summary: str
    state: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardPage:
    """How the server did in a time.

    Attributes:
        asked: The same time in the log, for its addresses.
        errors: The newest; None for people who may not read the log.
        problem: Why there are no numbers.
    """

    range: str
    asked: LogQuery
    services: list[Service]
    api: str
    traffic: Traffic | None = None
    tiles: list[drawings.Tile]
    charts: list[drawings.Drawing]
    classes: list[drawings.StatusClass]
    errors: list[Line] | None = None
    problem: dict[str, object] | None = None

    @property
    def words(self) -> str:
        """Return the time in words."""
        return f"last {RANGES[self.range][0]}"


@bp.get("/dashboard")
@quiet
@needs("viewer")
def dashboard() -> Response:
    """Show how this server does."""
    query: DashboardQuery = read_query(DashboardQuery)
    if query.range not in RANGES:
        raise Invalid(
            f"range: {query.range[:60]!r} is none",
            hint=f"the ranges are {', '.join(RANGES)}",
        )
    page, status = _page(current_house(), query.range)
    text = render_template(
        "watch/dashboard.html", page=page, ranges=RANGES, most=ENDPOINTS_SHOWN
    )
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _page(house: House, name: str) -> tuple[DashboardPage, int]:
    now = datetime.now(UTC)
    since = now - RANGES[name][1]
    asked = LogQuery(range=name)
    services = [
        Service(name=name, summary=CHECKS[name].summary, state=state)
        for name, state in sorted(health(house).items())
    ]
    found, drawn, problem, status = None, None, None, 200
    errors: list[Line] | None = None
    try:
        found = read_traffic(house, since=since, until=now)
        drawn = _draw(house, found, asked, since=since, until=now)
        errors = _errors(house, since) if _may_read_log() else None
    except EntrepotError as error:
        problem, status = problems.describe(error), problems.status_of(error)
    page = DashboardPage(
        range=name,
        asked=asked,
        services=services,
        api=f"{API}?hours={RANGES[name][1] / timedelta(hours=1):g}",
        traffic=found,
        tiles=drawn.tiles if drawn else [],
        charts=drawn.charts if drawn else [],
        classes=drawings.count_classes(found) if found else [],
        errors=errors,
        problem=problem,
    )
    return page, status


def read_traffic(house: House, *, since: datetime, until: datetime) -> Traffic:
    """Return the requests of a time.

    Raises:
        Unavailable: The log's file cannot be read.
    """
    try:
        return traffic(house, since=since, until=until)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(
            "the file of the log cannot be read now",
            hint="look at LOG_DB_PATH, and at the room on its disk",
        ) from error


@dataclass(frozen=True, slots=True)
class _Drawn:
    tiles: list[drawings.Tile]
    charts: list[drawings.Drawing]


def _draw(
    house: House, found: Traffic, asked: LogQuery, *, since: datetime, until: datetime
) -> _Drawn:
    when = f"last {RANGES[asked.range][0]}"
    pool = drawings.Pool.make(
        house, tracks(house, drawings.POOL_GAUGES, since=since, until=until)
    )
    histogram = service.histogram(house, Wanted(), since=since, until=until)
    levels = draw_levels(histogram, asked)
    charts = [
        drawings.Drawing(
            id="requests",
            name="Requests a second",
            chart=drawings.draw_requests(found, when),
            log=asked.with_(logger="entrepot.access"),
        ),
        drawings.Drawing(
            id="times",
            name="Answer time",
            chart=drawings.draw_times(found, when),
            log=asked.with_(min_duration_ms=f"{found.times.p95 or 0:.0f}"),
        ),
        drawings.Drawing(
            id="failures",
            name="Failed requests",
            chart=drawings.draw_failures(found, when),
            log=asked.with_(status="5xx"),
        ),
        drawings.Drawing(
            id="pool", name="Our database’s connections", chart=pool.draw(found, when)
        ),
    ]
    if levels is not None:
        drawing = drawings.Drawing(
            id="levels", name="Log lines by level", chart=levels, log=asked.with_()
        )
        charts.append(drawing)
    return _Drawn(drawings.tiles(found, pool, histogram, asked), charts)


def _may_read_log() -> bool:
    who: Identity | None = g.get("identity")
    return who is not None and ROLES.index(who.role) >= ROLES.index("analyst")


def _errors(house: House, since: datetime) -> list[Line]:
    wanted = Wanted(levels=("ERROR", "CRITICAL"), since=since)
    return service.list_lines(house, wanted, limit=ERRORS_SHOWN).lines


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePanel:
    """The last day for the home page."""

    requests: int
    charts: list[drawings.Drawing]


def _on_home(house: House, _subject: str) -> HomePanel | None:
    now = datetime.now(UTC)
    try:
        found = read_traffic(house, since=now - RANGES["24h"][1], until=now)
    except Unavailable:
        return None  # home tells what is here, not what is wrong with the log
    if not found.requests:
        return None
    charts = [
        drawings.Drawing(
            id="home-requests",
            name="Requests a second",
            chart=drawings.draw_requests(found, "last 24 h"),
        ),
        drawings.Drawing(
            id="home-times",
            name="Answer time",
            chart=drawings.draw_times(found, "last 24 h"),
        ),
    ]
    return HomePanel(requests=found.requests, charts=charts)


shell.PANELS.append(
    shell.Panel(
        page="home",
        endpoint="watch_pages.dashboard",
        template="watch/on_home.html",
        load=_on_home,
        order=40,
    )
)
shell.PLACES.append(
    shell.Place(
        label="Dashboard",
        endpoint="watch_pages.dashboard",
        icon="pulse",
        group="Watch",
        short="Watch",
        letter="W",
        order=32,
    )
)
