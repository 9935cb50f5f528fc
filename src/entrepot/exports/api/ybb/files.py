"""`/api/ybb/export/<id>`: how it is, its file, its archive, each of its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Response

from entrepot.base.errors import Expired, Invalid, NotThere, Throttled
from entrepot.exports import service as exports
from entrepot.exports.api.asked import get_seen
from entrepot.exports.api.blueprint import bp
from entrepot.exports.api.family import answer, asked_as
from entrepot.exports.errors import NotReady
from entrepot.exports.receipts import Receipt
from entrepot.exports.registry import file_media_types
from entrepot.exports.ybb import parts, service
from entrepot.exports.ybb.shapes import ExportStatus
from entrepot.exports.ybb.status import status
from entrepot.exports.ybb.telling import Told
from entrepot.exports.ybb.turns import turn_of
from entrepot.web import downloads
from entrepot.web.downloads import Slot
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

WRONG = (NotThere, NotReady, Expired, Throttled)
FILE = Doc(media_types=file_media_types, errors=WRONG)
NO_STORE = "no-cache, no-store, must-revalidate"


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadQuery:
    """Which file of an export.

    Attributes:
        type: `zip` is the archive of several files; `single` is the only one there
            is. What the export is when left out.
    """

    type: Literal["single", "zip"] | None = None


@route(
    bp,
    "GET",
    "/ybb/export/<export_id>/status",
    Doc(data=ExportStatus, errors=(NotThere,), is_bare=True),
)
def get_export_status(export_id: str) -> Response:
    """Say how an export is: how far, how long still, what came of it."""
    found = _get(export_id)
    house = current_house()
    told = Told(
        receipt=found.receipt,
        request=found.request,
        request_id=asked_as(),
        sent_rows=found.sent_rows,
    )
    turn = turn_of(house, found.receipt, told.records)
    return answer(status(told.at(turn)))


@route(
    bp,
    "GET",
    "/ybb/export/<export_id>/download",
    Doc(query=DownloadQuery, media_types=file_media_types, errors=WRONG),
)
def download_export(export_id: str, query: DownloadQuery) -> Response:
    """Send an export's file, or the archive of its files."""
    receipt = _get(export_id).receipt
    is_as_wished = query.type in (None, "zip" if receipt.files else "single")
    if is_as_wished or receipt.status != "completed":
        return _send(receipt)
    if query.type == "single" and len(receipt.files) == 1:
        return _send_part(receipt, 1)
    raise Invalid(
        f"the export is {len(receipt.files) or 1} file(s), not {query.type}",
        hint="leave out type",
        field="type",
    )


@route(bp, "GET", "/ybb/export/<export_id>/download/zip", FILE)
def download_archive(export_id: str) -> Response:
    """Send the archive of an export's files."""
    receipt = _get(export_id).receipt
    if receipt.status == "completed" and not receipt.files:
        raise NotThere("archive of the export", export_id, [])
    return _send(receipt)


@route(bp, "GET", "/ybb/export/<export_id>/download/batch/<int:number>", FILE)
def download_batch(export_id: str, number: int) -> Response:
    """Send one file of several, by its number from 1."""
    return _send_part(_get(export_id).receipt, number)


def send_whole(receipt: Receipt, slot: Slot) -> Response:
    """Send the file of a completed export."""
    found = exports.get_file(current_house(), receipt.id)
    response = downloads.send_file(
        found.path,
        slot=slot,
        name=receipt.file_name,
        media_type=found.media_type,
        sha256=receipt.sha256 or "",
        headers={"X-Export-Id": receipt.id},
    )
    response.headers["Cache-Control"] = NO_STORE
    return response


def _send(receipt: Receipt) -> Response:
    with downloads.hold_slot() as slot:
        return send_whole(receipt, slot)


def _send_part(receipt: Receipt, number: int) -> Response:
    with downloads.hold_slot() as slot:
        part = parts.open_part(current_house(), receipt, number)
        response = downloads.send_file(
            part.path,
            slot=slot,
            name=part.name,
            media_type=part.media_type,
            sha256=part.sha256,
            headers={"X-Export-Id": receipt.id},
            part=downloads.Part(offset=part.offset, size_bytes=part.size_bytes),
        )
    response.headers["Cache-Control"] = NO_STORE
    return response


def _get(id: str) -> service.Remembered:
    """Return an export that this person may see; others' are not there."""
    get_seen(id, require("viewer"))
    return service.get_export(current_house(), id)
