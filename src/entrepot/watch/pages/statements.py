"""Pages: slow statements by their shape, and the durable log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from flask import render_template, url_for

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.given_times import parse_time
from entrepot.base.house import House
from entrepot.connections import list_connections
from entrepot.watch.errors import InvalidDate
from entrepot.watch.history.lookup import Kept, list_kept
from entrepot.watch.history.statements import service
from entrepot.watch.history.statements.server import ServerStatements, can_tell
from entrepot.watch.history.statements.spec import Sort
from entrepot.watch.lines.wanted import parse_levels
from entrepot.watch.pages.blueprint import bp
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

RANGES = {"1d": ("1 d", 1), "7d": ("7 d", 7), "30d": ("30 d", 30)}
SORTS = {
    "total": "most time in all",
    "mean": "slowest on average",
    "max": "slowest once",
    "times": "most often",
}
SHOWN = 100
PAGE_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsQuery:
    """Which statements; `-` is our own database."""

    connection: str = ""
    range: str = "1d"
    sort: str = "total"
    source: str = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableQuery:
    """Which lines of the durable log."""

    q: str = ""
    level: list[str] = field(default_factory=list)
    logger: str = ""
    request_id: str = ""
    job_id: str = ""
    start_date: str = ""
    end_date: str = ""
    before: int | None = None


@bp.get("/usage/statements")
@needs("analyst")
def statements() -> tuple[str, int]:
    """Show the statements that took longest."""
    query: StatementsQuery = read_query(StatementsQuery)
    if query.range not in RANGES or query.sort not in get_args(Sort):
        raise Invalid("no such range or order", hint=f"{', '.join((*RANGES, *SORTS))}")
    house = current_house()
    found, problem, status = None, None, 200
    try:
        found = _find(house, query)
    except EntrepotError as error:
        problem, status = problems.describe(error), problems.status_of(error)
    text = render_template(
        "watch/statements.html",
        query=query,
        found=found,
        problem=problem,
        ranges=RANGES,
        sorts=SORTS,
        connections=[one.name for one in list_connections(house)],
        can_tell=_can_tell(house, query.connection),
        address=_address,
    )
    return text, status


@bp.get("/system-logs")
@needs("analyst")
def system_logs() -> str:
    """Show the durable log."""
    query: DurableQuery = read_query(DurableQuery)
    wanted = Kept(
        levels=parse_levels(tuple(query.level)),
        since=parse_time("start_date", query.start_date, error=InvalidDate),
        until=parse_time("end_date", query.end_date, is_end=True, error=InvalidDate),
        q=query.q,
        logger=query.logger,
        request_id=query.request_id,
        job_id=query.job_id,
        before=query.before,
    )
    found = list_kept(current_house(), wanted, limit=PAGE_LINES)
    return render_template(
        "watch/system_logs.html",
        query=query,
        found=found,
        older=_older(query, found.older),
    )


def _find(house: House, query: StatementsQuery) -> ServerStatements:
    now = datetime.now(UTC)
    return service.list_shapes(
        house,
        connection=query.connection,
        since=now - timedelta(days=RANGES[query.range][1]),
        until=now,
        sort=query.sort,  # type: ignore[arg-type]  # it was looked up just now
        limit=SHOWN,
        is_from_server=query.source == "server",
        with_own_plans=require("analyst").role == "admin",
    )


def _can_tell(house: House, connection: str) -> bool:
    if not connection:
        return False
    try:
        return can_tell(house, "" if connection == service.OURS else connection)
    except EntrepotError:
        return False


def _address(query: StatementsQuery, **other: object) -> str:
    names = ("connection", "range", "sort", "source")
    given: dict[str, Any] = {name: getattr(query, name) for name in names}
    asked = urlencode({n: v for n, v in {**given, **other}.items() if v})
    return f"{url_for('watch_pages.statements')}?{asked}"


def _older(query: DurableQuery, before: int | None) -> str:
    if before is None:
        return ""
    names = ("q", "level", "logger", "request_id", "job_id", "start_date", "end_date")
    given: dict[str, Any] = {name: getattr(query, name) for name in names}
    asked = {n: v for n, v in given.items() if v} | {"before": before}
    return f"{url_for('watch_pages.system_logs')}?{urlencode(asked, doseq=True)}"
