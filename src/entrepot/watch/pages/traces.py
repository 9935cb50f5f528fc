"""Pages: requests that were kept, and one trace as a waterfall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal

from flask import Response, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError, Invalid, Unavailable
from entrepot.base.house import House
from entrepot.watch.pages.asked import ALL, RANGES, with_parameters
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.pages.drawn_traces import Drawn, draw
from entrepot.watch.traces import service
from entrepot.watch.traces.service import Origin
from entrepot.watch.traces.spec import (
    RequestDetail,
    RequestPage,
    RequestSeen,
    Trace,
    WantedRequests,
)
from entrepot.watch.traces.wanted import parse_requests
from entrepot.web import problems, shell
from entrepot.web.guard import Identity, needs
from entrepot.web.routes import current_house, read_query

PAGE_REQUESTS = 100
USUAL = "24h"
ONLY = {"": "All", "slow": "Slow", "failed": "Failed", "repeating": "Repeating"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceQuery:
    """The list's parameters.

    Attributes:
        request: Leads to the trace of this request.
        only: One of `ONLY`.
        before: Only those before this one.
    """

    request: str = ""
    only: str = ""
    kind: str = "request"
    range: str = USUAL
    endpoint: str = ""
    status: str = ""
    min_duration_ms: str = ""
    before: int | None = None

    def wanted(self, now: datetime) -> WantedRequests:
        """Return which requests are meant.

        Raises:
            Invalid: A value is not possible; its name stands first.
        """
        if self.only not in ONLY or self.range not in (*RANGES, ALL):
            raise Invalid("only, range: there is no such choice")
        wanted = parse_requests(
            kind=self.kind,
            endpoint=self.endpoint,
            status=self.status,
            min_duration_ms=_decimal(self.min_duration_ms),
            failed=self.only == "failed",
            repeating=self.only == "repeating",
        )
        since = now - RANGES[self.range][1] if self.range in RANGES else None
        return replace(wanted, since=since)

    def with_(self, **changes: object) -> str:
        """Return the page's address with some parameters changed."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        changed = {**kept, "before": None, **changes}
        told = {n: v for n, v in changed.items() if v not in ("", None)}
        return with_parameters(url_for("watch_pages.traces"), told)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesPage:
    """Requests under the filters of the address.

    Attributes:
        detail: A request that only the log knows, where one was asked for.
        problem: Why there are none.
    """

    query: TraceQuery
    api: str
    found: RequestPage | None = None
    detail: RequestDetail | None = None
    problem: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a trace, and where it is seen."""

    subject: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePage:
    """One trace.

    Attributes:
        head: Its first part.
        facts: What the head's request brought.
        made: Jobs and exports that came of it.
    """

    trace: Trace
    head: RequestSeen
    drawn: Drawn
    facts: Mapping[str, object]
    made: list[Made]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanQuery:
    """The step that is chosen."""

    span: str = ""


@bp.get("/traces")
@needs("analyst")
def traces() -> Response | BaseResponse:
    """Show requests whose trace was kept, or lead to that of one."""
    query: TraceQuery = read_query(TraceQuery)
    house, now = current_house(), datetime.now(UTC)
    page = TracesPage(query=query, api=_api(query))
    status = 200
    try:
        if query.request:
            detail = service.get_request(house, query.request)
            if detail.trace is not None:
                address = url_for("watch_pages.trace", trace_id=detail.trace.trace_id)
                return redirect(address, code=302)
            page = replace(page, detail=detail)
        page = replace(page, found=_find(house, query, now))
    except EntrepotError as error:
        page = replace(page, problem=problems.describe(error))
        status = problems.status_of(error)
    text = render_template("watch/traces.html", page=page, ranges=RANGES, only=ONLY)
    return Response(text, status=status, content_type="text/html; charset=utf-8")


@bp.get("/traces/<trace_id>")
@needs("analyst")
def trace(trace_id: str) -> str:
    """Show one trace as a waterfall."""
    query: SpanQuery = read_query(SpanQuery)
    house = current_house()
    found = service.get_trace(house, trace_id)
    head = found.parts[0]
    page = TracePage(
        trace=found,
        head=head,
        drawn=draw(found, query.span),
        facts=service.facts_of(house, head.id),
        made=[
            Made(subject, shell.subject_address(subject))
            for subject in service.list_subjects(house, found)
        ],
    )
    return render_template("watch/trace.html", page=page)


def _find(house: House, query: TraceQuery, now: datetime) -> RequestPage:
    wanted = query.wanted(now)
    if query.only == "slow":
        return service.list_slow(house, wanted, limit=PAGE_REQUESTS)
    return service.list_requests(
        house, wanted, before=query.before, limit=PAGE_REQUESTS
    )


def _api(query: TraceQuery) -> str:
    """Return where the same requests are as JSON."""
    told: dict[str, object] = {
        "kind": query.kind,
        "endpoint": query.endpoint,
        "status": query.status,
        "min_duration_ms": query.min_duration_ms,
        "failed": "true" if query.only == "failed" else "",
        "repeating": "true" if query.only == "repeating" else "",
    }
    is_slow = query.only == "slow"
    view = "watch_api.list_slow_requests" if is_slow else "watch_api.list_requests"
    # Not as values of the rule: `endpoint` is a word of `url_for` itself.
    given = {name: value for name, value in told.items() if value}
    return with_parameters(url_for(view), given)


def _decimal(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise Invalid(f"min_duration_ms: {text[:60]!r} is no number") from None


def _on_subject(noun: str) -> Callable[[House, str], Origin | None]:
    def load(house: House, id: str) -> Origin | None:
        if not _may_read():
            return None
        try:
            return service.find_origin(house, f"{noun}:{id}")
        except Unavailable:
            return None  # the page tells of the export, not of what is wrong here

    return load


def _may_read() -> bool:
    who: Identity | None = g.get("identity")
    return (
        who is not None
        and who.role != "viewer"
        and who.may_enter("watch", is_write=False)
    )


Noun = Literal["export", "job"]
_NOUNS: tuple[Noun, ...] = ("export", "job")
for _noun in _NOUNS:
    shell.PANELS.append(
        shell.Panel(
            page=_noun,
            endpoint="watch_pages.trace",
            template="watch/on_made.html",
            load=_on_subject(_noun),
        )
    )
shell.PLACES.append(
    shell.Place(
        label="Traces",
        endpoint="watch_pages.traces",
        icon="trace",
        group="Watch",
        letter="R",
        order=33,
    )
)
