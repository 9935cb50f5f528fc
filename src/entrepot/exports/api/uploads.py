"""`/api/exports/uploads`: send a file to export from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from flask import request
from msgspec import Meta

from entrepot.base.errors import (
    Denied,
    Expired,
    Invalid,
    InvalidValue,
    NotThere,
    Throttled,
    TooMuch,
    Unauthenticated,
    UnknownName,
)
from entrepot.exports.api.blueprint import bp
from entrepot.exports.intake.take import take_file
from entrepot.exports.uploads import Upload, drop_upload, get_upload, keep_upload
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

WHO = (Unauthenticated, Denied)
ID = {"id": "0f8e7d6c5b4a39281706f5e4d3c2b1a0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadQuery:
    """What the file is called, where it is the body itself."""

    name: Annotated[str, Meta(max_length=500)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """The upload that is gone."""

    id: str


@route(
    bp,
    "POST",
    "/exports/uploads",
    Doc(
        query=UploadQuery,
        data=Upload,
        status=201,
        errors=(*WHO, Invalid, UnknownName, TooMuch, Throttled),
    ),
)
def send_upload(query: UploadQuery) -> Upload:
    """Send a file: CSV, TSV, NDJSON, JSON, Parquet, .xlsx or .xls.

    It is the form field `file`, or the body itself with `name` in the address. Its id
    is a source of exports (`{"source": {"upload": id, "sheet": name}}`), for whoever
    sent it, as long as exports are kept.
    """
    who, house = require("viewer"), current_house()
    if query.name:
        name = query.name
        taken = take_file(house, request.stream, request.content_length, name=name)
    else:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise InvalidValue(
                "file: a file is wanted",
                hint="as multipart/form-data, or as the body with ?name=",
            )
        name = sent.filename
        taken = take_file(house, sent.stream, None, name=name)
    return keep_upload(house, taken, name=name, by=who.name)


@route(
    bp,
    "GET",
    "/exports/uploads/<id>",
    Doc(data=Upload, path_examples=ID, errors=(*WHO, NotThere, Expired)),
)
def see_upload(id: str) -> Upload:
    """Return what an upload has: its sheets, their columns and rows."""
    return get_upload(current_house(), id, by=require("viewer").name)


@route(
    bp,
    "DELETE",
    "/exports/uploads/<id>",
    Doc(data=Dropped, path_examples=ID, errors=(*WHO, NotThere, Expired)),
)
def remove_upload(id: str) -> Dropped:
    """Remove an upload before its time."""
    drop_upload(current_house(), id, by=require("viewer").name)
    return Dropped(id=id)
