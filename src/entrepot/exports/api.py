"""`/api/exports`: formats, receipts, kept files, and the end of a running export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from flask import Blueprint, Response
from msgspec import Meta

from entrepot.base.errors import (
    Denied,
    Expired,
    Invalid,
    NotThere,
    Throttled,
    Unauthenticated,
    UnknownName,
)
from entrepot.exports import options, service
from entrepot.exports.options import Format
from entrepot.exports.receipts import Receipt
from entrepot.exports.registry import file_media_types
from entrepot.web import downloads
from entrepot.web.guard import Identity, require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

bp = Blueprint("exports_api", __name__, url_prefix="/api/exports")

WHO = (Unauthenticated, Denied)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptQuery:
    """Which receipts."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: str | None = None


@route(bp, "GET", "/formats", Doc(data=list[Format], errors=WHO))
def list_formats() -> list[Format]:
    """List the export formats with their options."""
    require("viewer")
    return options.list_formats()


@route(
    bp,
    "GET",
    "",
    Doc(
        query=ReceiptQuery,
        data=list[Receipt],
        errors=(*WHO, Invalid, UnknownName, NotThere),
        is_paged=True,
    ),
)
def list_receipts(query: ReceiptQuery) -> Page:
    """List the exports, newest first; people see their own, admins all."""
    who = require("viewer")
    by = None if who.role == "admin" else who.name
    house = current_house()
    found = service.list_receipts(house, query.limit + 1, query.after, by)
    shown = found[: query.limit]
    following = None
    if len(found) > query.limit:
        place = urlencode({"limit": query.limit, "after": shown[-1].id})
        following = f"{bp.url_prefix}?{place}"
    return Page(shown, Cut(next=following, limit=query.limit))


@route(bp, "GET", "/<id>", Doc(data=Receipt, errors=(*WHO, NotThere)))
def get_receipt(id: str) -> Receipt:
    """Return an export's receipt; `status` and `rows` say how far a running one is."""
    return get_seen(id, require("viewer"))


@route(
    bp,
    "GET",
    "/<id>/download",
    Doc(
        media_types=file_media_types,
        errors=(*WHO, NotThere, Expired, Throttled),
    ),
)
def download(id: str) -> Response:
    """Send the file of a finished export again, as long as it is kept."""
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


@route(bp, "POST", "/<id>/cancel", Doc(data=Receipt, errors=(*WHO, NotThere)))
def cancel(id: str) -> Receipt:
    """End a running export; one that has ended stays as it is."""
    get_seen(id, require("viewer"))
    return service.cancel_export(current_house(), id)


def get_seen(id: str, who: Identity) -> Receipt:
    """Return a receipt that this person may see; others' are not there."""
    receipt = service.get_receipt(current_house(), id)
    if who.role != "admin" and receipt.created_by != who.name:
        raise NotThere("export", id, [])
    return receipt
