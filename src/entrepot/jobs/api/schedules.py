"""`/api/jobs/schedules`: work that is wanted again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from entrepot.base.errors import Conflict, InvalidValue, Missing, UnknownName
from entrepot.base.times import now
from entrepot.jobs import (
    ScheduleChange,
    ScheduleSeen,
    ScheduleWanted,
    change_schedule,
    preview_times,
    run_schedule,
    schedule_job,
    unschedule,
)
from entrepot.jobs import get_schedule as get_one
from entrepot.jobs import list_schedules as list_all
from entrepot.jobs.api.blueprint import bp
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"name": "Back up the database"}
WRONG = (InvalidValue, UnknownName, Conflict)

Cron = Annotated[
    str,
    Meta(
        max_length=100,
        description="Five fields: minute, hour, day of month, month, day of week.",
        examples=["0 2 * * *", "*/15 8-18 * * 1-5"],
    ),
]
Zone = Annotated[
    str, Meta(max_length=64, description="IANA name.", examples=["Asia/Jakarta"])
]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """A schedule to be made."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    kind: Annotated[str, Meta(max_length=200, examples=["operations.back_up"])]
    cron: Cron
    time_zone: Zone = "UTC"
    parameters: Facts = field(default_factory=dict)
    description: Annotated[str, Meta(max_length=500)] = ""
    is_paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSchedule:
    """What shall be different; what is left out stays as it is."""

    cron: Cron | None = None
    time_zone: Zone | None = None
    parameters: Facts | None = None
    description: Annotated[str, Meta(max_length=500)] | None = None
    is_paused: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewQuery:
    """When something would be due."""

    cron: Cron
    time_zone: Zone = "UTC"
    count: Annotated[int, Meta(ge=1, le=50)] = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The next times, in UTC."""

    times: list[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeJob:
    """A job that was made."""

    id: str
    status_url: str


@route(bp, "GET", "/api/jobs/schedules", Doc(role="admin", data=list[ScheduleSeen]))
def list_schedules() -> list[ScheduleSeen]:
    """List the schedules by name."""
    return list_all(current_house())


@route(
    bp,
    "POST",
    "/api/jobs/schedules",
    Doc(role="admin", body=NewSchedule, data=ScheduleSeen, status=201, errors=WRONG),
)
def add_schedule(body: NewSchedule) -> ScheduleSeen:
    """Let a kind of job be done again and again."""
    wanted = ScheduleWanted(
        name=body.name,
        kind=body.kind,
        cron=body.cron,
        time_zone=body.time_zone,
        parameters=body.parameters,
        description=body.description,
        is_paused=body.is_paused,
    )
    return schedule_job(current_house(), wanted)


@route(
    bp,
    "GET",
    "/api/jobs/schedules/<name:name>",
    Doc(role="admin", data=ScheduleSeen, errors=(Missing,), path_examples=EXAMPLE),
)
def get_schedule(name: str) -> ScheduleSeen:
    """Show one schedule."""
    return get_one(current_house(), name)


@route(
    bp,
    "PATCH",
    "/api/jobs/schedules/<name:name>",
    Doc(
        role="admin",
        body=ChangedSchedule,
        data=ScheduleSeen,
        errors=(Missing, *WRONG),
        path_examples=EXAMPLE,
    ),
)
def change(name: str, body: ChangedSchedule) -> ScheduleSeen:
    """Give a schedule other times or other work, or let it rest (`is_paused`).

    One that came with the program keeps its work.
    """
    wanted = ScheduleChange(
        cron=body.cron,
        time_zone=body.time_zone,
        parameters=body.parameters,
        description=body.description,
        is_paused=body.is_paused,
    )
    return change_schedule(current_house(), name, wanted)


@route(
    bp,
    "DELETE",
    "/api/jobs/schedules/<name:name>",
    Doc(
        role="admin",
        data=ScheduleSeen,
        errors=(Missing, Conflict),
        path_examples=EXAMPLE,
    ),
)
def remove_schedule(name: str) -> ScheduleSeen:
    """Forget a schedule; one that came with the program can only be paused."""
    found = get_one(current_house(), name)
    unschedule(current_house(), name)
    return found


@route(
    bp,
    "POST",
    "/api/jobs/schedules/<name:name>/pause",
    Doc(role="admin", data=ScheduleSeen, errors=(Missing,), path_examples=EXAMPLE),
)
def pause(name: str) -> ScheduleSeen:
    """Let a schedule rest."""
    return change_schedule(current_house(), name, ScheduleChange(is_paused=True))


@route(
    bp,
    "POST",
    "/api/jobs/schedules/<name:name>/resume",
    Doc(role="admin", data=ScheduleSeen, errors=(Missing,), path_examples=EXAMPLE),
)
def go_on(name: str) -> ScheduleSeen:
    """Let a schedule go on; what it missed is not made up for."""
    return change_schedule(current_house(), name, ScheduleChange(is_paused=False))


@route(
    bp,
    "POST",
    "/api/jobs/schedules/<name:name>/run",
    Doc(
        role="admin",
        data=MadeJob,
        status=202,
        errors=(Missing, UnknownName),
        path_examples=EXAMPLE,
    ),
)
def run_now(name: str) -> MadeJob:
    """Make a schedule's job now, beside its times."""
    id = run_schedule(current_house(), name)
    return MadeJob(id=id, status_url=f"/api/jobs/{id}")


@route(
    bp,
    "GET",
    "/api/jobs/times",
    Doc(role="admin", query=PreviewQuery, data=Preview, errors=(InvalidValue,)),
)
def list_times(query: PreviewQuery) -> Preview:
    """Tell when a schedule would be due next."""
    times = preview_times(query.cron, query.time_zone, after=now(), count=query.count)
    return Preview(times=times)
