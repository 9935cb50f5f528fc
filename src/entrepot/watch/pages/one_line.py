"""Pages: one line with those around it, what it tells, and the next error from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import Invalid, Missing
from entrepot.watch.lines import service
from entrepot.watch.pages.asked import LogQuery, range_of
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.spec import Line
from entrepot.web.guard import needs
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house, read_query

AROUND = (50, 200, 500)
"""Lines before and after one, as people may choose."""
ERRORS = ("ERROR", "CRITICAL")
HALF_MINUTE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundQuery:
    """How many lines before and after it: one of `AROUND`."""

    around: int = AROUND[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """One line, open, among those that came before and after it.

    Attributes:
        query: What its links narrow: a time in which the line is.
        api: Where the same lines are as JSON.
    """

    counts: ClassVar[tuple[int, ...]] = AROUND
    line: Line
    lines: list[Line]
    query: LogQuery
    around: int
    api: str

    @property
    def in_log(self) -> str:
        """Return the address of the minute around the line, with its histogram."""
        at = datetime.fromisoformat(self.line.timestamp)
        whole = self.query.during(at - HALF_MINUTE, at + HALF_MINUTE)
        return f"{whole}&line={self.line.id}#line-{self.line.id}"

    @property
    def error_above(self) -> str:
        """Return the address of the next error above these lines."""
        return self.query.error_beside(self.lines[0].id, "above")

    @property
    def error_below(self) -> str:
        """Return the address of the next error below these lines."""
        return self.query.error_beside(self.lines[-1].id, "below")


@bp.get("/logs/<int:id>")
@needs("analyst")
def line(id: int) -> str:
    """Show one line, and those around it."""
    house = current_house()
    asked: AroundQuery = read_query(AroundQuery)
    if asked.around not in AROUND:
        raise Invalid(
            f"around: {asked.around} lines cannot be asked for",
            hint=f"it is one of {', '.join(map(str, AROUND))}",
        )
    found = service.get_line(house, id)
    page = LinePage(
        line=found,
        lines=service.list_around(house, id, count=asked.around),
        query=LogQuery(range=range_of(found, datetime.now(UTC))),
        around=asked.around,
        api=url_for("watch_api.get_log", id=id, around=asked.around),
    )
    return render_template("watch/line.html", page=page)


@bp.get("/logs/<int:id>/open")
@quiet
@needs("analyst")
def open_line(id: int) -> str:
    """Show what one line tells, as a part of the page."""
    query: LogQuery = read_query(LogQuery)
    found = service.get_line(current_house(), id)
    return render_template("watch/line_part.html", line=found, query=query)


@bp.get("/logs/<int:id>/<any(above, below):way>")
@needs("analyst")
def next_error(id: int, way: str) -> BaseResponse:
    """Lead to the next error above a line, or below it, under the same filters."""
    query: LogQuery = read_query(LogQuery)
    levels = [one for one in query.level if one in ERRORS]
    query = replace(query, level=levels, range=query.span)
    wanted = replace(query, level=levels or list(ERRORS)).wanted(datetime.now(UTC))
    is_newer = way == "above"
    found = service.find_beside(current_house(), wanted, id, is_newer=is_newer)
    if found is None:
        raise Missing(
            f"there is no error {way} line {id} that matches",
            hint="look at a longer time, or remove filters",
        )
    where = query.with_(before=found + 1, line=found)
    return redirect(f"{where}#line-{found}", code=303)
