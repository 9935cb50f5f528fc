"""Exports that are wanted again and again: their schedules, and each time's request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from entrepot.accounts import get_user
from entrepot.base.acting import current
from entrepot.base.allowances import allowance
from entrepot.base.errors import Denied, Invalid, NotThere
from entrepot.base.house import House
from entrepot.base.identity import Role, lower
from entrepot.exports import receipts, service
from entrepot.exports.asker import Asker, Bounds
from entrepot.exports.delivering import check_destinations
from entrepot.exports.rights import check_queries
from entrepot.exports.wanted import ExportRequest
from entrepot.jobs import (
    KINDS,
    Facts,
    JobKind,
    ScheduleChange,
    ScheduleSeen,
    ScheduleWanted,
    Work,
    change_schedule,
    get_job_seen,
    get_schedule,
    list_schedules,
    run_schedule,
    schedule_job,
    unschedule,
)

KIND = "exports.scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSchedule:
    """An export that is wanted again and again.

    Attributes:
        cron: Five fields, read in `time_zone`.
        next_at: None while it is paused.
        last_job: Id of the job that asked for the last one; `last_state` is its.
        origin: What it was made from, as `<noun>:<name>`, such as a saved query; empty
            where a request was written for it.
    """

    name: str
    description: str
    request: ExportRequest
    cron: str
    time_zone: str
    is_paused: bool
    created_by: str
    next_at: datetime | None
    last_at: datetime | None
    last_job: str
    last_state: str
    origin: str = ""


def run(house: House, work: Work) -> Facts:
    """Ask for a schedule's export as whoever made the schedule.

    Raises:
        Denied: They are not here any more, or may not do it any more.
        NotThere: The schedule, its source or a destination is not there any more.
    """
    subject = get_job_seen(house, work.id).subject
    schedule = get_schedule(house, subject.removeprefix("schedule:"))
    request = _request_of(schedule)
    role = _role_now(house, schedule)
    check_queries(request, role)
    wanted = msgspec.structs.replace(request, fresh=True, wait=False)
    may = allowance(role, house.settings)
    bounds = Bounds(rows=may.export_rows, seconds=may.export_seconds)
    asker = Asker(name=schedule.by, bounds=bounds)
    made = service.create_export(house, wanted, asker, schedule=schedule.name)
    return {"export": made.id}


def _role_now(house: House, schedule: ScheduleSeen) -> Role:
    """Return what they may be now, and no more than they were when they made it."""
    then: Role = schedule.parameters["role"]  # type: ignore[assignment]  # ours
    if schedule.user_id is None:
        if schedule.parameters.get("had_account"):
            raise Denied(f"{schedule.by}, who made this schedule, is not here any more")
        return then
    try:
        person = get_user(house, schedule.user_id)
    except NotThere:
        raise Denied(
            f"{schedule.by}, who made this schedule, is not here any more"
        ) from None
    if not person.is_active:
        raise Denied(f"{schedule.by}, who made this schedule, may not sign in any more")
    return lower(then, person.role)


def schedule_export(
    house: House,
    request: ExportRequest,
    *,
    role: Role,
    name: str,
    cron: str,
    time_zone: str = "UTC",
    description: str = "",
    origin: str = "",
) -> ExportSchedule:
    """Let an export be made at the times of a cron expression, always fresh.

    Args:
        role: Of the one who asks; the export never may take more, nor more than
            they may when it runs.
        origin: What the request was made from, as `<noun>:<name>`; another request
            takes it away.

    Raises:
        Conflict: There is a schedule of this name.
        NotThere: There is no such destination.
        Invalid: The rows would not be there the next time, or the times are wrong.
    """
    _check(house, request)
    wanted = ScheduleWanted(
        name=name,
        kind=KIND,
        cron=cron,
        time_zone=time_zone,
        description=description,
        parameters={
            "request": msgspec.to_builtins(request),
            "role": role,
            "had_account": current().user_id is not None,
            **({"origin": origin} if origin else {}),
        },
    )
    return _seen(schedule_job(house, wanted))


def change_export_schedule(
    house: House,
    name: str,
    *,
    change: ScheduleChange,
    request: ExportRequest | None = None,
) -> ExportSchedule:
    """Give it other times or another request, or let it rest.

    Raises:
        NotThere: There is no export schedule, or no destination, of this name.
        Invalid: As when it is made.
    """
    found = _get(house, name)
    parameters: Mapping[str, object] = found.parameters
    if request is not None:
        _check(house, request)
        said = {**parameters, "request": msgspec.to_builtins(request)}
        if request != _request_of(found):
            said.pop("origin", None)
        change = ScheduleChange(
            cron=change.cron,
            time_zone=change.time_zone,
            description=change.description,
            is_paused=change.is_paused,
            parameters=said,
        )
    return _seen(change_schedule(house, name, change))


def list_export_schedules(house: House, *, by: str = "") -> list[ExportSchedule]:
    """Return the export schedules of somebody, or all, by name."""
    return [_seen(found) for found in list_schedules(house, by=by, kind=KIND)]


def get_export_schedule(house: House, name: str) -> ExportSchedule:
    """Return one of them.

    Raises:
        NotThere: There is no export schedule of this name.
    """
    return _seen(_get(house, name))


def run_export_schedule(house: House, name: str) -> str:
    """Ask for it now, beside its times; return the id of the job that asks.

    Raises:
        NotThere: There is no export schedule of this name.
    """
    _get(house, name)
    return run_schedule(house, name)


def remove_export_schedule(house: House, name: str) -> ExportSchedule:
    """Forget it; what it made stays.

    Raises:
        NotThere: There is no export schedule of this name.
    """
    found = _get(house, name)
    unschedule(house, name)
    return _seen(found)


def can_repeat(house: House, id: str) -> bool:
    """Tell whether what an export was asked for can be asked for again later."""
    asked = receipts.find_asked(house.store, id)
    return asked is not None and not _is_sent_once(asked.request)


def _is_sent_once(request: ExportRequest) -> bool:
    source = request.source
    return bool(source.records is not None or source.upload or source.spool)


def _check(house: House, request: ExportRequest) -> None:
    if _is_sent_once(request):
        raise Invalid(
            "rows that are sent once are not there the next time",
            hint="schedule the export of a table or a query",
        )
    check_destinations(house, request)


def _get(house: House, name: str) -> ScheduleSeen:
    found = get_schedule(house, name)
    if found.kind != KIND:
        raise NotThere("export schedule", name, [])
    return found


def _request_of(schedule: ScheduleSeen) -> ExportRequest:
    return msgspec.convert(schedule.parameters["request"], ExportRequest)


def _seen(schedule: ScheduleSeen) -> ExportSchedule:
    return ExportSchedule(
        name=schedule.name,
        description=schedule.description,
        request=_request_of(schedule),
        cron=schedule.cron,
        time_zone=schedule.time_zone,
        is_paused=schedule.is_paused,
        created_by=schedule.by,
        next_at=schedule.next_at,
        last_at=schedule.last_at,
        last_job=schedule.last_job,
        last_state=schedule.last_state,
        origin=str(schedule.parameters.get("origin", "")),
    )


KINDS[KIND] = JobKind(
    name=KIND,
    summary="Ask for an export that is wanted again and again.",
    run=run,
)
