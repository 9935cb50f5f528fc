"""`/api/requests` and `/api/traces`: which requests took how long, and with what."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import NotThere, Unavailable
from entrepot.watch.api.asked import Cursor, Text, Time
from entrepot.watch.api.blueprint import bp
from entrepot.watch.errors import InvalidCursor, InvalidDate
from entrepot.watch.lines.wanted import LARGEST, parse_cursor
from entrepot.watch.traces import service
from entrepot.watch.traces.spec import (
    RequestDetail,
    RequestSeen,
    Trace,
    WantedRequests,
)
from entrepot.watch.traces.wanted import parse_requests
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

NARROWED = (InvalidDate, Unavailable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which requests; what is empty does not narrow."""

    kind: Annotated[
        Literal["request", "job", "command", "all"],
        Meta(description="Requests, attempts at jobs, commands, or all of them."),
    ] = "request"
    start_date: Time = ""
    end_date: Time = ""
    endpoint: Annotated[
        Text,
        Meta(
            description="As metrics show it, or a path; `*` at its end is anything.",
            examples=["get_products", "/api/products*"],
        ),
    ] = ""
    method: Annotated[str, Meta(max_length=10, examples=["GET"])] = ""
    status: Annotated[Text, Meta(examples=["404", "5xx"])] = ""
    min_duration_ms: Annotated[float, Meta(ge=0)] | None = None
    failed: Annotated[bool, Meta(description="Only those that failed.")] = False
    repeating: Annotated[
        bool, Meta(description="Only those that sent a statement again and again.")
    ] = False
    request_id: Text = ""
    trace_id: Text = ""
    job_id: Text = ""
    user_id: Annotated[int, Meta(ge=0, le=LARGEST)] | None = None

    def wanted(self) -> WantedRequests:
        """Return the requests that are meant.

        Raises:
            Invalid: Something is not possible; its name stands first.
        """
        names = [field.name for field in fields(Narrowing)]
        return parse_requests(**{name: getattr(self, name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestQuery(Narrowing):
    """Which requests, and which part of them."""

    before: Annotated[Cursor, Meta(description="Only those before this one.")] = ""
    limit: Annotated[int, Meta(ge=1, le=service.LONGEST_PAGE)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowQuery(Narrowing):
    """Which requests, and how many of the slowest."""

    limit: Annotated[int, Meta(ge=1, le=service.LONGEST_PAGE)] = 50


@route(
    bp,
    "GET",
    "/api/requests",
    Doc(
        role="analyst",
        query=RequestQuery,
        data=list[RequestSeen],
        is_paged=True,
        errors=(*NARROWED, InvalidCursor),
    ),
)
def list_requests(query: RequestQuery) -> Page:
    """List requests whose trace was kept, newest first.

    A part of all is kept by chance; slow and failed ones, and those that jobs and
    exports came of, always.
    """
    before = parse_cursor("before", query.before)
    found = service.list_requests(
        current_house(), query.wanted(), before=before, limit=query.limit
    )
    following = None if found.older is None else _address(query, found.older)
    return Page(found.requests, Cut(next=following, limit=query.limit))


@route(
    bp,
    "GET",
    "/api/requests/slow",
    Doc(role="analyst", query=SlowQuery, data=list[RequestSeen], errors=NARROWED),
)
def list_slow_requests(query: SlowQuery) -> list[RequestSeen]:
    """List requests that took LOG_SLOW_REQUEST_THRESHOLD or longer, slowest first.

    With `min_duration_ms` they are those that took as long as that.
    """
    found = service.list_slow(current_house(), query.wanted(), limit=query.limit)
    return found.requests


@route(
    bp,
    "GET",
    "/api/requests/<request_id>",
    Doc(
        role="analyst",
        data=RequestDetail,
        errors=(NotThere, Unavailable),
        path_examples={"request_id": "4f1a9c02b7e15d36"},
    ),
)
def get_request(request_id: str) -> RequestDetail:
    """Tell of one request, with its trace.

    `trace` is null where it was not sampled: what the log knows of it is told then.
    """
    return service.get_request(current_house(), request_id)


@route(
    bp,
    "GET",
    "/api/traces/<trace_id>",
    Doc(
        role="analyst",
        data=Trace,
        errors=(NotThere, Unavailable),
        path_examples={"trace_id": "0af7651916cd43dd8448eb211c80319c"},
    ),
)
def get_trace(trace_id: str) -> Trace:
    """Tell of one trace: its steps in the order of the waterfall, and hints."""
    return service.get_trace(current_house(), trace_id)


def _address(query: RequestQuery, before: int) -> str:
    asked = replace(query, before=str(before))
    told = {
        field.name: getattr(asked, field.name)
        for field in fields(asked)
        if getattr(asked, field.name) != field.default
    }
    told = {n: str(v).lower() if isinstance(v, bool) else v for n, v in told.items()}
    return f"/api/requests?{urlencode(told)}"
