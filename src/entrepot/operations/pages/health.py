"""Page: how our own database is, and how it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from entrepot.base import ground_settings as knobs
from entrepot.base.house import House
from entrepot.operations.errors import DatabaseUnhealthy
from entrepot.operations.health import monitor, samples
from entrepot.operations.health import status as service
from entrepot.operations.health.status import DatabaseAddress, DatabaseHealth
from entrepot.operations.health.stretches import Stretch, gather, last_limit
from entrepot.operations.pages.blueprint import bp
from entrepot.web import problems, shell
from entrepot.web.charts import Chart, Frame, Series, draw_lines
from entrepot.web.guard import needs
from entrepot.web.pieces import render_piece
from entrepot.web.routes import current_house

HOURS = 1.0
DAY_HOURS = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """What all processes noted in the last day."""

    looks: int
    bad_looks: int
    statements: int
    slow: int
    failed: int
    retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasePage:
    """How our own database is and was.

    Attributes:
        chart: The pool over the last hour; None where nothing was noted.
        limit: What the processes that were seen last may have together; 0 for none.
        is_history_there: The history could be read.
        said: What just happened, as one word of the address.
        problem: Why what was asked for did not happen.
    """

    health: DatabaseHealth
    address: DatabaseAddress
    chart: Chart | None
    limit: int
    day: DayCounts
    is_history_there: bool
    interval_seconds: float
    settings: list[tuple[str, str]]
    said: str = ""
    problem: dict[str, object] | None = None

    @property
    def tone(self) -> str:
        """Return the class of the state."""
        tones = {"healthy": "ok", "degraded": "warn", "unhealthy": "bad"}
        return tones[self.health.status]

    @property
    def looked_at(self) -> datetime:
        """Return when it was looked at."""
        return datetime.fromisoformat(self.health.timestamp)


@bp.get("/database")
@needs("viewer")
def database() -> Response:
    """Show how our own database is."""
    said = request.args.get("said", "")
    return render_piece(
        "operations/database.html", page=_page(current_house(), said=said)
    )


@bp.post("/database/check")
@needs("viewer")
def check_database() -> Response:
    """Look now."""
    service.check_health(current_house(), force=True)
    return redirect(url_for("operations_pages.database", said="checked"), code=303)


@bp.post("/database/reconnect")
@needs("admin")
def reconnect_database() -> Response:
    """Make the connections anew."""
    try:
        service.reconnect(current_house())
    except DatabaseUnhealthy as error:
        page = _page(current_house(), problem=problems.describe(error))
        status = problems.status_of(error)
        return render_piece("operations/database.html", status=status, page=page)
    return redirect(url_for("operations_pages.database", said="reconnected"), code=303)


def _page(
    house: House, *, said: str = "", problem: dict[str, object] | None = None
) -> DatabasePage:
    found = service.check_health(house)
    points: list[samples.Point] = []
    is_there = found.status != "unhealthy"
    if is_there:
        try:
            points = samples.list_points(house, hours=DAY_HOURS)
        except SQLAlchemyError:
            is_there = False  # the page says so, and shows the rest
    now = datetime.now(UTC)
    stretches = gather(points, until=now, hours=HOURS)
    chart = _draw(stretches, now)
    return DatabasePage(
        health=found,
        address=service.get_address(house),
        chart=chart if chart.has_values else None,
        limit=last_limit(stretches),
        day=_day(points),
        is_history_there=is_there,
        interval_seconds=monitor.watch_database(house).interval_seconds,
        settings=_shown(house),
        said=said,
        problem=problem,
    )


def _draw(stretches: list[Stretch], now: datetime) -> Chart:
    used = Series(
        name="most in use at once",
        values=[stretch.in_use for stretch in stretches],
        is_filled=True,
    )
    frame = Frame(
        title="Connections in use over the last hour, all processes together",
        since=now - timedelta(hours=HOURS),
        until=now,
        render=lambda count: f"{count:,.0f}",
        is_whole=True,
        limit=last_limit(stretches) or None,
    )
    return draw_lines([used], frame)


def _day(points: list[samples.Point]) -> DayCounts:
    return DayCounts(
        looks=len(points),
        bad_looks=sum(point.status == "unhealthy" for point in points),
        statements=sum(point.statements for point in points),
        slow=sum(point.slow for point in points),
        failed=sum(point.failed for point in points),
        retries=sum(point.retries for point in points),
    )


def _shown(house: House) -> list[tuple[str, str]]:
    wanted = (
        knobs.DB_POOL_SIZE,
        knobs.DB_MAX_OVERFLOW,
        knobs.DB_POOL_TIMEOUT,
        knobs.DB_POOL_RECYCLE,
        knobs.DB_HEALTH_CHECK_INTERVAL,
        knobs.DB_SLOW_QUERY_THRESHOLD_MS,
    )
    return [(knob.variable, house.settings.shown(knob)) for knob in wanted]


shell.PLACES.append(
    shell.Place(
        label="Database",
        endpoint="operations_pages.database",
        icon="database",
        group="House",
        letter="B",
        order=42,
    )
)
