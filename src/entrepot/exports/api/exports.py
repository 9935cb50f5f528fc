"""`/api/exports`: ask for files, see how far they are, fetch and remove them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    Expired,
    Invalid,
    NotThere,
    Refused,
    Throttled,
    TimedOut,
    TooMuch,
    Unauthenticated,
    Unavailable,
    UnknownName,
)
from entrepot.exports import options, service
from entrepot.exports.api.asked import asker, check_may, get_seen, read_request
from entrepot.exports.api.blueprint import bp
from entrepot.exports.errors import NotReady
from entrepot.exports.options import Format
from entrepot.exports.receipts import Filter, Status
from entrepot.exports.registry import file_media_types
from entrepot.exports.seen import ExportSeen
from entrepot.exports.wanted import ExportRequest
from entrepot.exports.ybb.parts import open_part
from entrepot.web import downloads
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page, render
from entrepot.web.routes import Doc, current_house, route

ADDRESS = "/api/exports"
WHO = (Unauthenticated, Denied)
MAKING = (NotThere, Invalid, UnknownName, TooMuch, Conflict, Throttled)
FAR = (Unavailable, Refused, TimedOut)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsQuery:
    """Which exports.

    Attributes:
        since: Only those that began after this, and all that wait or run.
    """

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: str | None = None
    status: list[Status] = field(default_factory=list)
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An export that is completed already."""

    success: bool
    data: ExportSeen


@route(bp, "GET", "/exports/formats", Doc(data=list[Format], errors=WHO))
def list_formats() -> list[Format]:
    """List the export formats with their options."""
    require("viewer")
    return options.list_formats()


@route(
    bp,
    "POST",
    "/exports",
    Doc(
        body=ExportRequest,
        is_streamed=True,
        data=ExportSeen,
        status=202,
        also={200: Made},
        errors=(*WHO, *MAKING, *FAR),
    ),
)
def create_export() -> Response:
    """Have a file made of a table, a query, records or an upload.

    Small sources are exported while the request waits: the answer is 200 and
    the export completed. Others become a job: 202, and `status_url` tells how far it
    is. The same request of the same person is made once at a time, and a kept file of
    the same rows serves again (`is_cached`) unless `fresh` is set.
    """
    who, house = require("viewer"), current_house()
    wanted = read_request()
    check_may(wanted, who)
    with downloads.hold_slot():
        made = service.create_export(
            house, wanted, asker(who), is_wanted=downloads.caller_is_there()
        )
    answer = render(made, status=200 if made.status == "completed" else 202)
    answer.headers["Location"] = made.status_url
    return answer


@route(
    bp,
    "GET",
    "/exports",
    Doc(
        query=ExportsQuery,
        data=list[ExportSeen],
        errors=(*WHO, Invalid, UnknownName, NotThere),
        is_paged=True,
    ),
)
def list_exports(query: ExportsQuery) -> Page:
    """List the exports, newest first; people see their own, admins all."""
    who = require("viewer")
    wanted = Filter(
        by=None if who.role == "admin" else who.name,
        statuses=tuple(query.status),
        since=query.since,
    )
    house = current_house()
    found = service.list_exports(
        house, wanted, limit=query.limit + 1, after=query.after
    )
    shown = found[: query.limit]
    following = None
    if len(found) > query.limit:
        following = f"{ADDRESS}?{_place(query, shown[-1].id)}"
    return Page(shown, Cut(next=following, limit=query.limit))


@route(bp, "GET", "/exports/<id>", Doc(data=ExportSeen, errors=(*WHO, NotThere)))
def get_export(id: str) -> ExportSeen:
    """Return an export: how far it is, and its receipt when it is completed."""
    get_seen(id, require("viewer"))
    return service.get_export(current_house(), id)


@route(
    bp,
    "GET",
    "/exports/<id>/download",
    Doc(
        media_types=file_media_types,
        errors=(*WHO, NotThere, NotReady, Expired, Throttled),
    ),
)
def download(id: str) -> Response:
    """Send the file of a completed export, as long as it is kept; also in ranges."""
    get_seen(id, require("viewer"))
    finished = service.get_file(current_house(), id)
    with downloads.hold_slot() as slot:
        return downloads.send_file(
            finished.path,
            slot=slot,
            name=finished.receipt.file_name,
            media_type=finished.media_type,
            sha256=finished.receipt.sha256 or "",
            headers={"X-Export-Id": id},
        )


@route(
    bp,
    "GET",
    "/exports/<id>/files/<int:number>",
    Doc(
        media_types=file_media_types,
        errors=(*WHO, NotThere, NotReady, Expired, Throttled),
        path_examples={"number": "1"},
    ),
)
def download_part(id: str, number: int) -> Response:
    """Send one file out of an export's archive; `files` of the receipt lists them."""
    receipt = get_seen(id, require("viewer"))
    with downloads.hold_slot() as slot:
        part = open_part(current_house(), receipt, number)
        return downloads.send_file(
            part.path,
            slot=slot,
            name=part.name,
            media_type=part.media_type,
            sha256=part.sha256,
            headers={"X-Export-Id": id},
            part=downloads.Part(offset=part.offset, size_bytes=part.size_bytes),
        )


@route(
    bp, "POST", "/exports/<id>/cancel", Doc(data=ExportSeen, errors=(*WHO, NotThere))
)
def cancel(id: str) -> ExportSeen:
    """End an export that waits or runs; one that has ended stays as it is."""
    get_seen(id, require("viewer"))
    service.cancel_export(current_house(), id)
    return service.get_export(current_house(), id)


@route(bp, "DELETE", "/exports/<id>", Doc(data=ExportSeen, errors=(*WHO, NotThere)))
def delete(id: str) -> ExportSeen:
    """Remove an export's file, after ending it if it runs; its receipt stays."""
    get_seen(id, require("viewer"))
    service.delete_export(current_house(), id)
    return service.get_export(current_house(), id)


def _place(query: ExportsQuery, last: str) -> str:
    values: dict[str, object] = {"limit": query.limit, "after": last}
    if query.status:
        values["status"] = query.status
    if query.since is not None:
        values["since"] = query.since.isoformat()
    return urlencode(values, doseq=True)
