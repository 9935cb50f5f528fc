"""`/api/sync-history` and the documents' `/api/sync…`: what was synchronised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Conflict, Invalid, NotThere
from entrepot.feeds import syncs
from entrepot.feeds.api.blueprint import bp
from entrepot.feeds.api.imports import WHO
from entrepot.feeds.feeds import run_feed
from entrepot.feeds.seen import ImportSeen
from entrepot.web.guard import require
from entrepot.web.reply import ENCODER, Cut, Page, send_json
from entrepot.web.routes import Doc, current_house, route

Status = Annotated[str, Meta(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """Which synchronisations; `before` is the id of the last one seen."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    before: int | None = None
    type: Annotated[str, Meta(max_length=50)] = ""
    status: Status = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsQuery:
    """The same by pages, as the document has it."""

    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    per_page: Annotated[int, Meta(ge=1, le=100)] = 20
    type: Annotated[str, Meta(max_length=50)] = ""
    status: Status = ""
    days: Annotated[int, Meta(ge=1, le=36_500)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Which feed is to run now."""

    feed: Annotated[str, Meta(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLogs:
    """Synchronisations, and where their page stands among all."""

    success: bool
    sync_logs: list[syncs.SyncSeen]
    pagination: dict[str, Any]


@route(
    bp,
    "GET",
    "/sync-history",
    Doc(query=HistoryQuery, data=list[syncs.SyncSeen], errors=WHO, is_paged=True),
)
def list_history(query: HistoryQuery) -> Page:
    """List what was synchronised, the newest first, each with its receipt."""
    wanted = syncs.SyncFilter(type=query.type, status=query.status)
    found = syncs.list_syncs(
        current_house(), wanted, limit=query.limit + 1, before=query.before
    )
    shown = found[: query.limit]
    place = None
    if len(found) > query.limit:
        place = f"/api/sync-history?limit={query.limit}&before={shown[-1].id}"
    return Page(shown, Cut(next=place, limit=query.limit))


@route(
    bp,
    "GET",
    "/sync-history/<int:id>",
    Doc(data=syncs.SyncSeen, path_examples={"id": "1"}, errors=(*WHO, NotThere)),
)
def get_history(id: int) -> syncs.SyncSeen:
    """Return one synchronisation with its receipt."""
    return syncs.get_sync(current_house(), id)


@route(
    bp,
    "GET",
    "/sync-logs",
    Doc(query=LogsQuery, data=SyncLogs, is_bare=True, errors=WHO),
)
def list_logs(query: LogsQuery) -> Response:
    """List what was synchronised by pages."""
    return _logs(query)


@route(
    bp,
    "GET",
    "/sync/history",
    Doc(query=LogsQuery, data=SyncLogs, is_bare=True, errors=WHO),
)
def older_history(query: LogsQuery) -> Response:
    """List what was synchronised by pages, as `/api/sync-logs` does."""
    return _logs(query)


@route(
    bp,
    "POST",
    "/sync/trigger",
    Doc(
        role="analyst",
        body=Trigger,
        data=ImportSeen,
        status=202,
        errors=(*WHO, NotThere, Conflict, Invalid),
    ),
)
def trigger(body: Trigger) -> ImportSeen:
    """Fetch a feed's file now, and preview it."""
    return run_feed(current_house(), body.feed, by=require("analyst").name)


def _logs(query: LogsQuery) -> Response:
    wanted = syncs.SyncFilter(type=query.type, status=query.status, days=query.days)
    skip = (query.page - 1) * query.per_page
    house = current_house()
    total = syncs.count_syncs(house, wanted)
    pages = -(-total // query.per_page)
    return send_json(
        ENCODER.encode(
            SyncLogs(
                success=True,
                sync_logs=syncs.list_syncs(
                    house, wanted, limit=query.per_page, skip=skip
                ),
                pagination={
                    "page": query.page,
                    "per_page": query.per_page,
                    "total": total,
                    "pages": pages,
                    "has_prev": query.page > 1,
                    "has_next": query.page < pages,
                },
            )
        )
    )
