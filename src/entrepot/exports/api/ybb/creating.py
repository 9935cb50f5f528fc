"""`POST /api/ybb/export/<type>`: records become a file, or several."""

from __future__ import annotations

from flask import Response, request

from entrepot.base.errors import (
    Conflict,
    Denied,
    NotThere,
    Refused,
    Throttled,
    TimedOut,
    TooMuch,
    Unavailable,
)
from entrepot.exports.api.asked import asker
from entrepot.exports.api.blueprint import bp
from entrepot.exports.api.family import answer, asked_as
from entrepot.exports.api.ybb.files import send_whole
from entrepot.exports.ybb import service
from entrepot.exports.ybb.asked import Posted
from entrepot.exports.ybb.shapes import Created
from entrepot.exports.ybb.telling import Told, created
from entrepot.web import downloads
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = (EXCEL, "text/csv; charset=utf-8", "application/json", "application/zip")

CREATE = Doc(
    body=Posted,
    is_streamed=True,
    data=Created,
    also={202: Created},
    media_types=(EXCEL, "text/csv; charset=utf-8", "application/zip"),
    errors=(
        Conflict,
        Denied,
        NotThere,
        Refused,
        Throttled,
        TimedOut,
        TooMuch,
        Unavailable,
    ),
    is_bare=True,
)


@route(bp, "POST", "/ybb/export/participants", CREATE)
def export_participants() -> Response:
    """Make a file of participants.

    Up to 5,000 records it is made while the request waits; with more, or `async`, the
    answer is 202, and `status_url` says when it is there. With `response_mode` `file`,
    or when the caller accepts only a workbook, the answer is the file.
    """
    return _create("participants")


@route(bp, "POST", "/ybb/export/payments", CREATE)
def export_payments() -> Response:
    """Make a file of payments, as one of participants is made."""
    return _create("payments")


@route(bp, "POST", "/ybb/export/ambassadors", CREATE)
def export_ambassadors() -> Response:
    """Make a file of ambassadors, as one of participants is made."""
    return _create("ambassadors")


def _create(kind: str) -> Response:
    house = current_house()
    with downloads.hold_slot() as slot:
        made = service.make(
            house,
            kind,
            request.stream,
            request.content_length,
            asker(require("viewer")),
            wants_file=_wants_file(),
            is_wanted=downloads.caller_is_there(),
        )
        if made.asked.response_mode == "file" and made.receipt.status == "completed":
            return send_whole(made.receipt, slot)
    told = Told(
        receipt=made.receipt,
        request=made.request,
        request_id=asked_as(),
        sent_rows=made.sent_rows,
        host=request.host_url.rstrip("/"),
        preparing_seconds=made.preparing_seconds,
        warnings=made.warnings,
    )
    response = answer(created(told), status=200 if told.is_there else 202)
    response.headers["X-Export-Id"] = made.receipt.id
    return response


def _wants_file() -> bool:
    """Tell whether the caller would rather have a workbook than JSON."""
    accepted = request.accept_mimetypes
    return accepted[EXCEL] > accepted["application/json"]
