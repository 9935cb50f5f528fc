"""Pages: how this server does, at a look, and its small part of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, g, render_template, url_for

from entrepot.base.checks import CHECKS, Health, health
from entrepot.base.errors import EntrepotError, Unavailable
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Identity
from entrepot.watch.pages import drawings
from entrepot.watch.pages.asked import RANGES, with_parameters
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.pages.overview import (
    Details,
    Overview,
    look,
    look_closer,
    read_traffic,
)
from entrepot.watch.pages.tiles import Tile, service_tile, tiles
from entrepot.watch.pages.times import DashboardQuery, Period, parse_period
from entrepot.web import problems, shell
from entrepot.web.guard import needs
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house, read_query

ENDPOINTS_SHOWN = 20


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
        found: None where there are no numbers; `problem` says why.
        details: None for people who may not read the log, and where nothing can be
            read.
    """

    period: Period
    services: list[Service]
    tiles: list[Tile]
    charts: list[drawings.Drawing]
    classes: list[drawings.StatusClass]
    found: Overview | None = None
    details: Details | None = None
    problem: dict[str, object] | None = None

    @property
    def words(self) -> str:
        """Return the time in words."""
        return self.period.words

    @property
    def api(self) -> str:
        """Return where the same is as JSON."""
        hours = f"{self.period.hours:g}"
        return url_for("watch_api.metrics_summary", hours=hours)

    @property
    def traces(self) -> str:
        """Return the address of slow requests; of all times where two were chosen."""
        asked = {"range": self.period.name or "all", "only": "slow"}
        return with_parameters(url_for("watch_pages.traces"), asked)


@bp.get("/dashboard")
@quiet
@needs("viewer")
def dashboard() -> Response:
    """Show how this server does."""
    query: DashboardQuery = read_query(DashboardQuery)
    period = parse_period(query, datetime.now(UTC))
    page, status = _page(current_house(), period)
    text = render_template(
        "watch/dashboard.html", page=page, ranges=RANGES, most=ENDPOINTS_SHOWN
    )
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _page(house: House, period: Period) -> tuple[DashboardPage, int]:
    states = health(house)
    found, details, problem, status = None, None, None, 200
    try:
        found = look(house, period)
        details = look_closer(house, period) if _may_read_log() else None
    except EntrepotError as error:
        problem, status = problems.describe(error), problems.status_of(error)
    page = DashboardPage(
        period=period,
        services=_services(states),
        tiles=[service_tile(states), *(tiles(found, period) if found else [])],
        charts=drawings.drawings(found, period) if found else [],
        classes=drawings.count_classes(found.traffic) if found else [],
        found=found,
        details=details,
        problem=problem,
    )
    return page, status


def _services(states: Mapping[str, Health]) -> list[Service]:
    return [
        Service(name=name, summary=CHECKS[name].summary, state=state)
        for name, state in sorted(states.items())
    ]


def _may_read_log() -> bool:
    who: Identity | None = g.get("identity")
    return who is not None and ROLES.index(who.role) >= ROLES.index("analyst")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePanel:
    """The last day for the home page."""

    requests: int
    charts: list[drawings.Drawing]


def _on_home(house: House, _subject: str) -> HomePanel | None:
    now = datetime.now(UTC)
    try:
        found = read_traffic(house, since=now - timedelta(hours=24), until=now)
    except Unavailable:
        return None  # home tells what is here, not what is wrong with the log
    if not found.requests:
        return None
    requests = drawings.frame_of(
        found, "Requests a second, and those that failed, last 24 h, UTC", unit="/s"
    )
    times = drawings.frame_of(
        found, "Answer time in milliseconds, last 24 h, UTC", unit="ms"
    )
    charts = [
        drawings.Drawing(
            id="home-requests",
            name="Requests a second",
            chart=drawings.draw_requests(found, requests),
        ),
        drawings.Drawing(
            id="home-times",
            name="Answer time",
            chart=drawings.draw_times(found, times),
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
        order=29,
    )
)
