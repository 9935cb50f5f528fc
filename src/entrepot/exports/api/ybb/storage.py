"""`/api/ybb/storage/info` and `/api/ybb/cleanup`: what is kept, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Response

from entrepot.exports.api.blueprint import bp
from entrepot.exports.api.family import Good, answer, asked_as, say
from entrepot.exports.ybb import storage as service
from entrepot.exports.ybb.storage import StorageInfo, What
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """What is to be removed: files past their time, or all but the newest."""

    type: What = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedUp:
    """What was removed.

    Attributes:
        cleaned_count: Exports whose files are gone.
        files_removed: Those files, each of an archive's counted.
    """

    status: Literal["success"]
    success: Literal[True]
    message: str
    cleaned_count: int
    files_removed: int
    bytes_freed: int
    request_id: str


@route(bp, "GET", "/ybb/storage/info", Doc(data=Good[StorageInfo], is_bare=True))
def get_storage_info() -> Response:
    """Say how much is kept: of oneself, of everybody for admins."""
    who = require("viewer")
    by = None if who.role == "admin" else who.name
    return say(service.storage_info(current_house(), by))


@route(
    bp,
    "POST",
    "/ybb/cleanup",
    Doc(
        role="admin", body=CleanUp, is_body_optional=True, data=CleanedUp, is_bare=True
    ),
)
def clean_up(body: CleanUp) -> Response:
    """Remove the files that are past their time; with `all` every one.

    Files of the last ten minutes stay, and those that are being written.
    """
    return _clean_up(body.type)


@route(
    bp,
    "POST",
    "/ybb/cleanup/force",
    Doc(role="admin", data=CleanedUp, is_bare=True),
)
def force_clean_up() -> Response:
    """Remove every file but those of the last ten minutes."""
    return _clean_up("all")


def _clean_up(what: What) -> Response:
    gone = service.clean_up(current_house(), what)
    return answer(
        CleanedUp(
            status="success",
            success=True,
            message=f"the files of {gone.exports} exports were removed",
            cleaned_count=gone.exports,
            files_removed=gone.files,
            bytes_freed=gone.size_bytes,
            request_id=asked_as(),
        )
    )
