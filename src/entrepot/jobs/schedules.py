"""Work that is wanted again and again: what people ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.entities import check_text
from entrepot.base.errors import Conflict, IllegalMove, NotThere, UnknownName
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.cron import next_time
from entrepot.jobs.models import Job, Schedule
from entrepot.jobs.schedule_events import ScheduleChanged, ScheduleGone, ScheduleMade
from entrepot.jobs.spec import KINDS, Facts, Wanted
from entrepot.jobs.submitting import submit_job


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleWanted:
    """A schedule to be made.

    Attributes:
        name: Of its own, among all.
        kind: Of the jobs it makes.
        cron: Five fields, read in `time_zone` (an IANA name).
    """

    name: str
    kind: str
    cron: str
    time_zone: str = "UTC"
    parameters: Facts = field(default_factory=dict)
    description: str = ""
    is_paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChange:
    """What shall be different; None leaves it."""

    cron: str | None = None
    time_zone: str | None = None
    description: str | None = None
    parameters: Facts | None = None
    is_paused: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSeen:
    """A schedule, as people see it.

    Attributes:
        is_shipped: It came with the program: its work stays, its time may change.
        next_at: None while it is paused.
        last_job: Id of the job it made last; `last_state` is that job's.
    """

    name: str
    description: str
    kind: str
    parameters: Facts
    cron: str
    time_zone: str
    is_paused: bool
    is_shipped: bool
    by: str
    user_id: int | None
    next_at: datetime | None
    last_at: datetime | None
    last_job: str
    last_state: str


def schedule_job(house: House, wanted: ScheduleWanted) -> ScheduleSeen:
    """Let jobs be made at the times of a cron expression, until it is unscheduled.

    Raises:
        Conflict: There is a schedule of this name.
        UnknownName: There is no such kind of job.
        InvalidValue: The name, the times or the zone are wrong.
    """
    if wanted.kind not in KINDS:
        raise UnknownName("kind of job", wanted.kind, sorted(KINDS))
    row = Schedule(
        name=check_text("name", wanted.name, at_most=100),
        kind=wanted.kind,
        description=wanted.description[:500],
        created_by=current().name,
        user_id=current().user_id,
        parameters=dict(wanted.parameters),
        is_paused=wanted.is_paused,
    )
    _set_times(row, wanted.cron, wanted.time_zone)
    with house.store.joined_session() as session:
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            raise Conflict(f"there is a schedule named {row.name!r}") from None
        emit(ScheduleMade(name=row.name, kind=row.kind, cron=row.cron))
        return _seen(session, row)


def change_schedule(house: House, name: str, change: ScheduleChange) -> ScheduleSeen:
    """Give a schedule other times or other work, or let it rest.

    Raises:
        NotThere: There is none of this name.
        InvalidValue: The times or the zone are wrong.
        IllegalMove: It came with the program, and its work is not to be changed.
    """
    with house.store.joined_session() as session:
        row = _get(session, name)
        if change.parameters is not None:
            _check_own(row, "its work stays as it is")
            row.parameters = dict(change.parameters)
        if change.description is not None:
            row.description = change.description[:500]
        if change.is_paused is not None:
            row.is_paused = change.is_paused
        _set_times(row, change.cron or row.cron, change.time_zone or row.time_zone)
        session.flush()  # the answer tells what is there now
        emit(ScheduleChanged(name=name, cron=row.cron, is_paused=row.is_paused))
        return _seen(session, row)


def pause_schedule(house: House, name: str) -> ScheduleSeen:
    """Let a schedule rest until `wake_schedule`.

    Raises:
        NotThere: There is none of this name.
    """
    return change_schedule(house, name, ScheduleChange(is_paused=True))


def wake_schedule(house: House, name: str) -> ScheduleSeen:
    """Let a paused schedule go on; what it missed is not made up for.

    Raises:
        NotThere: There is none of this name.
    """
    return change_schedule(house, name, ScheduleChange(is_paused=False))


def run_schedule(house: House, name: str) -> str:
    """Make its job now, beside its times; return the job's id.

    Raises:
        NotThere: There is none of this name.
    """
    with house.store.joined_session() as session:
        row = _get(session, name)
        row.last_at = now()
        row.last_job_uuid = submit_job(house, job_of(row))
        return row.last_job_uuid


def unschedule(house: House, name: str) -> None:
    """Forget a schedule; jobs it made go on.

    Raises:
        NotThere: There is none of this name.
        IllegalMove: It came with the program.
    """
    with house.store.joined_session() as session:
        row = _get(session, name)
        _check_own(row, "it may be paused instead")
        session.delete(row)
        emit(ScheduleGone(name=name))


def list_schedules(house: House, *, by: str = "", kind: str = "") -> list[ScheduleSeen]:
    """Return the schedules of somebody, of a kind of job, or all, by name."""
    query = select(Schedule).order_by(Schedule.name)
    if by:
        query = query.where(Schedule.created_by == by)
    if kind:
        query = query.where(Schedule.kind == kind)
    with house.store.read_session() as session:
        return [_seen(session, row) for row in session.scalars(query)]


def get_schedule(house: House, name: str) -> ScheduleSeen:
    """Return one schedule.

    Raises:
        NotThere: There is none of this name.
    """
    with house.store.read_session() as session:
        return _seen(session, _get(session, name))


def job_of(row: Schedule, *, key: str = "") -> Wanted:
    """Return the job that a schedule wants."""
    return Wanted(
        kind=row.kind,
        parameters=dict(row.parameters or {}),
        title=row.name,
        subject=f"schedule:{row.name}",
        key=key,
    )


def _get(session: Session, name: str) -> Schedule:
    wanted = select(Schedule).where(Schedule.name == name).with_for_update()
    row = session.scalar(wanted)
    if row is None:
        raise NotThere("schedule", name, session.scalars(select(Schedule.name)).all())
    return row


def _check_own(row: Schedule, hint: str) -> None:
    if row.is_shipped:
        raise IllegalMove(f"the schedule {row.name!r} came with the program", hint=hint)


def _set_times(row: Schedule, cron: str, time_zone: str) -> None:
    at = next_time(cron, time_zone, after=now())
    is_same = (row.cron, row.time_zone) == (cron, time_zone)
    row.cron, row.time_zone = cron, time_zone
    if row.is_paused:
        row.next_at = None
    elif row.next_at is None or not is_same:
        row.next_at = at


def _seen(session: Session, row: Schedule) -> ScheduleSeen:
    last = select(Job.status).where(Job.job_uuid == (row.last_job_uuid or ""))
    parameters: Mapping[str, object] = row.parameters or {}
    return ScheduleSeen(
        name=row.name,
        description=row.description,
        kind=row.kind,
        parameters=dict(parameters),
        cron=row.cron,
        time_zone=row.time_zone,
        is_paused=row.is_paused,
        is_shipped=row.is_shipped,
        by=row.created_by,
        user_id=row.user_id,
        next_at=row.next_at,
        last_at=row.last_at,
        last_job=row.last_job_uuid or "",
        last_state=session.scalar(last) or "",
    )
