"""`/api/logs/export`: what a search finds as a file, once or again and again."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Annotated

from flask import Response
from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Invalid,
    NotThere,
    Throttled,
    TimedOut,
    TooMuch,
    UnknownName,
)
from entrepot.exports import ExportSchedule, ExportSeen, file_media_types, get_file
from entrepot.watch.api.asked import Filters, Narrowing, Query
from entrepot.watch.api.blueprint import bp
from entrepot.watch.api.logs import NARROWED
from entrepot.watch.search.exporting import Wish, export_lines, schedule_lines
from entrepot.web import downloads
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route

ADDRESS = "/api/logs/export"
MAKING = (*NARROWED, UnknownName, TooMuch, Throttled, Conflict, NotThere, TimedOut)
FormatName = Annotated[
    str,
    Meta(
        max_length=100,
        description="As `GET /api/exports/formats` lists; `excel` is xlsx.",
        examples=["csv", "json", "excel"],
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery(Narrowing):
    """Which lines, and the file; `query` is another name of `q`.

    Attributes:
        wait: Have it made while the request waits, however many lines there are.
    """

    query: Query = ""
    format: FormatName = "csv"
    wait: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogSchedule:
    """A file of lines to be made at the times of a cron expression.

    Attributes:
        query: `now` in it is the moment at which the file is made.
        deliver_to: Names of destinations.
    """

    name: Annotated[
        str, Meta(min_length=1, max_length=100, examples=["errors-of-the-night"])
    ]
    cron: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=100,
            description="Five fields: minute, hour, day, month, day of the week.",
            examples=["0 6 * * 1-5"],
        ),
    ]
    query: Annotated[Query, Meta(examples=["level:>=ERROR AND timestamp:>now-1d"])] = ""
    filters: Filters = field(default_factory=Filters)
    format: FormatName = "csv"
    options: dict[str, str | int | float | bool] = field(default_factory=dict)
    deliver_to: Annotated[list[Name], Meta(max_length=20)] = field(default_factory=list)
    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Berlin"])] = "UTC"
    description: Annotated[str, Meta(max_length=500)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The file will be made by a worker."""

    success: bool
    data: ExportSeen


@route(
    bp,
    "GET",
    ADDRESS,
    Doc(
        role="analyst",
        query=ExportQuery,
        media_types=file_media_types,
        also={202: Begun},
        errors=MAKING,
    ),
)
def export_logs(query: ExportQuery) -> Response:
    """Send the lines that a search finds as a file, newest first.

    Many lines are written by a worker: then the answer is 202, and `status_url` tells
    how far it is. The receipt is at `/api/exports/<id>`, with the id in `X-Export-Id`.
    """
    house, who = current_house(), require("analyst")
    wish = Wish(asked=_asked(query, query.query), format=query.format, wait=query.wait)
    with downloads.hold_slot() as slot:
        made = export_lines(house, who, wish, is_wanted=downloads.caller_is_there())
        if made.status != "completed":
            answer = render(made, status=202)
            answer.headers["Location"] = made.status_url
            return answer
        finished = get_file(house, made.id)
        return downloads.send_file(
            finished.path,
            slot=slot,
            name=finished.receipt.file_name,
            media_type=finished.media_type,
            sha256=finished.receipt.sha256 or "",
            headers={"X-Export-Id": made.id},
        )


@route(
    bp,
    "POST",
    f"{ADDRESS}/schedule",
    Doc(
        role="analyst",
        body=NewLogSchedule,
        data=ExportSchedule,
        status=201,
        errors=(*NARROWED, UnknownName, NotThere, Conflict),
    ),
)
def schedule_log_export(body: NewLogSchedule) -> ExportSchedule:
    """Let lines that a search finds be exported again and again, and be delivered.

    `/api/exports/schedules` lists, changes and removes it.
    """
    wish = Wish(
        asked=_asked(body.filters, body.query),
        format=body.format,
        options=body.options,
        title=body.name,
        deliver_to=tuple(body.deliver_to),
    )
    return schedule_lines(
        current_house(),
        require("analyst"),
        wish,
        name=body.name,
        cron=body.cron,
        time_zone=body.time_zone,
        description=body.description,
    )


def _asked(narrowing: Narrowing, query: str) -> dict[str, object]:
    """Return what is asked for, as `parse_wanted` takes it."""
    if query and narrowing.q:
        raise Invalid("query: it is the same as q, which is given too")
    asked = {one.name: getattr(narrowing, one.name) for one in fields(Narrowing)}
    return asked | {"q": query or narrowing.q}
