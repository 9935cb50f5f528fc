"""`/api/logs`: lines of the log, found and counted, and the log emptied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import g

from entrepot.base.errors import Missing, Unavailable
from entrepot.watch.api.asked import (
    AroundQuery,
    HistogramQuery,
    LogQuery,
    RecentQuery,
    StatsQuery,
)
from entrepot.watch.api.blueprint import bp
from entrepot.watch.errors import (
    InvalidCursor,
    InvalidDate,
    InvalidLevel,
    InvalidQuery,
)
from entrepot.watch.lines import service
from entrepot.watch.lines.statistics import Statistics
from entrepot.watch.lines.wanted import parse_cursor, parse_levels
from entrepot.watch.spec import ACCESS, Histogram, Line, Lines, Wanted
from entrepot.web.reply import Cut, Page, Said
from entrepot.web.routes import Doc, current_house, route

MOST_OF_A_REQUEST = 1000
"""Lines of one request that are told."""
FIRST = datetime(1970, 1, 2, tzinfo=UTC)
NARROWED = (InvalidLevel, InvalidDate, InvalidQuery, Unavailable)
"""What can go wrong where lines are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A line, and lines from before and after it (with it among them), newest first."""

    line: Line
    around: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """The latest lines, newest first.

    Attributes:
        total_found: Of all that there are; those shown where counting took too long.
    """

    logs: list[Line]
    total_found: int
    filters_applied: Mapping[str, str | int]
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLines:
    """What happened in one request, oldest first."""

    target_request_id: str
    logs: list[Line]
    total_entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """How many lines went."""

    deleted: int


@route(
    bp,
    "GET",
    "/api/logs",
    Doc(
        role="analyst",
        query=LogQuery,
        data=list[Line],
        is_paged=True,
        errors=(*NARROWED, InvalidCursor),
    ),
)
def list_logs(query: LogQuery) -> Page:
    """List lines, newest first.

    Whoever follows the log asks again and again with `after`, the newest number it
    knows, and gets 304 while nothing came. `page.total` is of all lines that are
    wanted; it is left out where counting would take too long.
    """
    found = service.list_lines(
        current_house(),
        query.wanted(),
        limit=query.limit,
        before=parse_cursor("before", query.before),
        after=parse_cursor("after", query.after),
        offset=query.offset,
    )
    following = None if found.older is None else _address(query, found.older)
    return Page(found.lines, Cut(next=following, limit=query.limit, total=found.total))


@route(
    bp,
    "GET",
    "/api/logs/histogram",
    Doc(role="analyst", query=HistogramQuery, data=Histogram, errors=NARROWED),
)
def histogram(query: HistogramQuery) -> Histogram:
    """Count lines by time and level."""
    wanted = query.wanted()
    until = wanted.until or datetime.now(UTC)
    since = wanted.since or max(until, FIRST) - timedelta(days=1)
    return service.histogram(
        current_house(), wanted, since=since, until=until, stretches=query.stretches
    )


@route(
    bp,
    "GET",
    "/api/logs/stats",
    Doc(query=StatsQuery, data=Statistics, errors=(Unavailable,)),
)
def stats(query: StatsQuery) -> Statistics:
    """Count all lines by level, and errors and requests of the last hours."""
    return service.statistics(current_house(), query.hours)


@route(
    bp,
    "POST",
    "/api/logs/clear",
    Doc(role="admin", data=Cleared, errors=(Unavailable,)),
)
def clear() -> Said:
    """Empty the log.

    What gauges read is kept, and that the log was emptied is recorded; if it cannot be,
    nothing goes.
    """
    lines = service.clear(current_house())
    return Said(Cleared(deleted=lines), f"{lines} lines were removed from the log")


@route(
    bp,
    "GET",
    "/api/logs/recent",
    Doc(role="analyst", query=RecentQuery, data=Recent, errors=NARROWED),
)
def recent(query: RecentQuery) -> Recent:
    """List the latest lines, with how many there are."""
    found = _latest(query)
    total = len(found.lines) if found.total is None else found.total
    return Recent(
        logs=found.lines,
        total_found=total,
        filters_applied={
            "type": query.type,
            "lines": query.lines,
            "level": ",".join(parse_levels(query.level)),
            "hours": query.hours,
        },
        request_id=g.get("request_id", ""),
    )


def _latest(query: RecentQuery) -> Lines:
    wanted = Wanted(
        levels=parse_levels(query.level),
        since=datetime.now(UTC) - timedelta(hours=query.hours),
    )
    if query.type == "access":
        wanted = replace(wanted, logger=ACCESS)
    elif query.type == "api":
        wanted = replace(wanted, other_logger=ACCESS)
    return service.list_lines(current_house(), wanted, limit=query.lines)


@route(
    bp,
    "GET",
    "/api/logs/request/<request_id>",
    Doc(
        role="analyst",
        data=RequestLines,
        errors=(Missing, Unavailable),
        path_examples={"request_id": "5f2b8c0d9e3a4716"},
    ),
)
def list_of_request(request_id: str) -> RequestLines:
    """List what happened in one request, oldest first."""
    wanted = Wanted(request_id=request_id)
    found = service.list_lines(current_house(), wanted, limit=MOST_OF_A_REQUEST)
    if not found.lines:
        raise Missing(
            f"there is no line of request {request_id[:60]!r}",
            hint="lines go when their time is over",
        )
    return RequestLines(
        target_request_id=request_id,
        logs=found.lines[::-1],
        total_entries=len(found.lines) if found.total is None else found.total,
    )


@route(
    bp,
    "GET",
    "/api/logs/<int:id>",
    Doc(
        role="analyst",
        query=AroundQuery,
        data=Neighbourhood,
        errors=(Missing, Unavailable),
        path_examples={"id": "1"},
    ),
)
def get_log(id: int, query: AroundQuery) -> Neighbourhood:
    """Show one line, with its neighbours if they are asked for."""
    house = current_house()
    if not query.around:
        return Neighbourhood(line=service.get_line(house, id), around=[])
    around = service.list_around(house, id, count=query.around)
    return Neighbourhood(line=next(n for n in around if n.id == id), around=around)


def _address(query: LogQuery, older: int) -> str:
    following = replace(query, before=str(older), offset=0)
    given = {field.name: getattr(following, field.name) for field in fields(query)}
    usual = {field.name: field.default for field in fields(query)}
    asked = {name: value for name, value in given.items() if value != usual[name]}
    return f"/api/logs?{urlencode(asked, doseq=True)}"
