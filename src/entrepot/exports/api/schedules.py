"""`/api/exports/schedules`: exports that are wanted again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Conflict, Denied, NotThere, Unauthenticated
from entrepot.exports import scheduled
from entrepot.exports.api.asked import check_may
from entrepot.exports.api.blueprint import bp
from entrepot.exports.scheduled import ExportSchedule
from entrepot.exports.wanted import ExportRequest
from entrepot.jobs import ScheduleChange
from entrepot.web.guard import Identity, require
from entrepot.web.routes import Doc, current_house, route

WHO = (Unauthenticated, Denied)
Cron = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        description="Five fields: minute, hour, day, month, day of the week.",
        examples=["0 6 * * 1-5"],
    ),
]
Zone = Annotated[str, Meta(max_length=64, examples=["Europe/Berlin"])]
Words = Annotated[str, Meta(max_length=500)]
Title = Annotated[str, Meta(min_length=1, max_length=100, examples=["orders-daily"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExportSchedule:
    """An export to be made at the times of a cron expression."""

    name: Title
    request: ExportRequest
    cron: Cron
    time_zone: Zone = "UTC"
    description: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportScheduleChange:
    """What shall be different; what is left out stays."""

    request: ExportRequest | None = None
    cron: Cron | None = None
    time_zone: Zone | None = None
    description: Words | None = None
    is_paused: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked:
    """The job that asks for the export."""

    job: str


@route(bp, "GET", "/exports/schedules", Doc(data=list[ExportSchedule], errors=WHO))
def list_export_schedules() -> list[ExportSchedule]:
    """List the scheduled exports by name; people see their own, admins all."""
    who = require("viewer")
    by = "" if who.role == "admin" else who.name
    return scheduled.list_export_schedules(current_house(), by=by)


@route(
    bp,
    "POST",
    "/exports/schedules",
    Doc(
        role="analyst",
        body=NewExportSchedule,
        data=ExportSchedule,
        status=201,
        errors=(*WHO, NotThere, Conflict),
    ),
)
def add_export_schedule(body: NewExportSchedule) -> ExportSchedule:
    """Let an export be made again and again, each time fresh, and be delivered.

    It runs as whoever makes the schedule: what they may take is looked up each time.
    """
    who = require("analyst")
    check_may(body.request, who)
    return scheduled.schedule_export(
        current_house(),
        body.request,
        role=who.role,
        name=body.name,
        cron=body.cron,
        time_zone=body.time_zone,
        description=body.description,
    )


@route(
    bp,
    "GET",
    "/exports/schedules/<name:name>",
    Doc(data=ExportSchedule, errors=(*WHO, NotThere)),
)
def get_export_schedule(name: str) -> ExportSchedule:
    """Return a scheduled export."""
    return get_schedule_seen(name, require("viewer"))


@route(
    bp,
    "PATCH",
    "/exports/schedules/<name:name>",
    Doc(
        role="analyst",
        body=ExportScheduleChange,
        data=ExportSchedule,
        errors=(*WHO, NotThere, Conflict),
    ),
)
def change_export_schedule(name: str, body: ExportScheduleChange) -> ExportSchedule:
    """Give it other times or another request, or let it rest."""
    who = require("analyst")
    found = get_schedule_seen(name, who)
    if body.request is not None:
        if found.created_by != who.name:
            raise Denied("it runs as somebody else, who alone may change what it takes")
        check_may(body.request, who)
    change = ScheduleChange(
        cron=body.cron,
        time_zone=body.time_zone,
        description=body.description,
        is_paused=body.is_paused,
    )
    return scheduled.change_export_schedule(
        current_house(), name, change=change, request=body.request
    )


@route(
    bp,
    "DELETE",
    "/exports/schedules/<name:name>",
    Doc(role="analyst", data=ExportSchedule, errors=(*WHO, NotThere)),
)
def remove_export_schedule(name: str) -> ExportSchedule:
    """Forget it; what it made stays."""
    get_schedule_seen(name, require("analyst"))
    return scheduled.remove_export_schedule(current_house(), name)


@route(
    bp,
    "POST",
    "/exports/schedules/<name:name>/run",
    Doc(
        role="analyst", data=ExportAsked, status=202, errors=(*WHO, NotThere, Conflict)
    ),
)
def run_export_schedule(name: str) -> ExportAsked:
    """Ask for it now, beside its times."""
    get_schedule_seen(name, require("analyst"))
    return ExportAsked(job=scheduled.run_export_schedule(current_house(), name))


def get_schedule_seen(name: str, who: Identity) -> ExportSchedule:
    """Return a schedule that this person may see; others' are not there."""
    found = scheduled.get_export_schedule(current_house(), name)
    if who.role != "admin" and found.created_by != who.name:
        raise NotThere("export schedule", name, [])
    return found
