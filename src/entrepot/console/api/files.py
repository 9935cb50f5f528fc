"""`/api/sql/results/<id>/file` and `/export`: kept rows as a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from flask import Response
from msgspec import Meta

from entrepot.base.allowances import allowance
from entrepot.base.errors import (
    Conflict,
    Expired,
    Invalid,
    NotThere,
    Throttled,
    TooMuch,
    UnknownName,
)
from entrepot.base.json_values import json_column
from entrepot.console import service
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import WHO
from entrepot.console.api.runs import EXAMPLE
from entrepot.console.copies import export_result, markdown
from entrepot.exports import ExportSeen, file_media_types, get_file
from entrepot.web import downloads
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route

KEPT = (NotThere, Expired, Conflict)
TEXT = "text/markdown; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileQuery:
    """Which kind of file; Markdown has no more rows than a screen."""

    format: Literal["csv", "tsv", "json", "ndjson", "xlsx", "parquet", "markdown"] = (
        "csv"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked:
    """A file that is wanted of kept rows."""

    format: Annotated[str, Meta(max_length=100)] = ""
    options: dict[str, str | int | float | bool] = field(default_factory=dict)
    template: Annotated[str, Meta(max_length=200)] = ""
    title: Annotated[str, Meta(max_length=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An export that is completed already."""

    success: bool
    data: ExportSeen


def _media_types() -> tuple[str, ...]:
    return (*file_media_types(), "text/markdown")


@route(
    bp,
    "GET",
    "/sql/results/<id>/file",
    Doc(
        query=FileQuery,
        media_types=_media_types,
        errors=(*KEPT, Invalid, TooMuch, Throttled, *WHO),
        path_examples=EXAMPLE,
    ),
)
def get_file_of(id: str, query: FileQuery) -> Response:
    """Send the rows of a run of one's own as a file, without running it again."""
    who, house = require("viewer"), current_house()
    if query.format == "markdown":
        return _markdown(id)
    is_tabs = query.format == "tsv"
    with downloads.hold_slot() as slot:
        made = export_result(
            house,
            who,
            id,
            format="csv" if is_tabs else query.format,
            options={"delimiter": "tab"} if is_tabs else {},
            wait=True,
        )
        finished = get_file(house, made.id)
        return downloads.send_file(
            finished.path,
            slot=slot,
            name=finished.receipt.file_name,
            media_type=finished.media_type,
            sha256=finished.receipt.sha256 or "",
            headers={"X-Export-Id": made.id},
        )


def _markdown(id: str) -> Response:
    who, house = require("viewer"), current_house()
    most = allowance(who.role, house.settings).screen_rows
    found = service.read_result(house, who, id, limit=most)
    columns = (map(json_column, batch.columns) for batch in found.batches)
    rows = (row for batch in columns for row in zip(*batch, strict=True))
    text = markdown([head.name for head in found.heads], rows)
    return Response(text, content_type=TEXT)


@route(
    bp,
    "POST",
    "/sql/results/<id>/export",
    Doc(
        body=ExportAsked,
        data=ExportSeen,
        status=202,
        also={200: Made},
        errors=(*KEPT, Invalid, UnknownName, TooMuch, Throttled, *WHO),
        path_examples=EXAMPLE,
    ),
)
def export(id: str, body: ExportAsked) -> Response:
    """Have an export made of the rows of a run of one's own, as they were."""
    made = export_result(
        current_house(),
        require("viewer"),
        id,
        format=body.format,
        options=body.options,
        template=body.template,
        title=body.title,
    )
    answer = render(made, status=200 if made.status == "completed" else 202)
    answer.headers["Location"] = made.status_url
    return answer
