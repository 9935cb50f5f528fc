"""Schedules whose time has come make their jobs, once over all workers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.jobs.cron import next_time
from entrepot.jobs.models import Job, Schedule
from entrepot.jobs.schedule_events import (
    ScheduleBroken,
    ScheduleFired,
    ScheduleSkipped,
)
from entrepot.jobs.schedules import job_of
from entrepot.jobs.spec import KINDS, SHIPPED, ShippedSchedule
from entrepot.jobs.submitting import submit_job


def fire_due(house: House, *, at: datetime) -> int:
    """Make the jobs of the schedules that are due; return how many were due.

    What was missed while no worker lived is made up for once, however often it was.
    A schedule whose last job is not over is skipped this time.
    """
    due = (Schedule.next_at <= at, Schedule.is_paused.is_(False))
    with house.store.read_session() as session:
        names = session.scalars(select(Schedule.name).where(*due)).all()
    for name in names:
        with house.store.session() as session:
            wanted = select(Schedule).where(Schedule.name == name, *due)
            row = session.scalar(wanted.with_for_update(skip_locked=True))
            if row is not None:  # another worker was quicker
                _fire(house, session, row, at)
    return len(names)


def _fire(house: House, session: Session, row: Schedule, at: datetime) -> None:
    due_at = row.next_at or at
    try:
        row.next_at = next_time(row.cron, row.time_zone, after=at)
        last = select(Job.status).where(Job.job_uuid == (row.last_job_uuid or ""))
        if session.scalar(last) in ("pending", "running"):
            emit(ScheduleSkipped(name=row.name, job=row.last_job_uuid or ""))
            return
        with acting_as(_actor(row)):
            key = f"schedule:{row.id}:{due_at:%Y-%m-%dT%H:%M:%SZ}"
            row.last_job_uuid = submit_job(house, job_of(row, key=key))
    except EntrepotError as error:
        emit(ScheduleBroken(name=row.name, why=error.detail))
        return
    row.last_at = at
    late = (at - due_at).total_seconds()
    emit(ScheduleFired(name=row.name, job=row.last_job_uuid, late_seconds=late))


def _actor(row: Schedule) -> Actor:
    is_person = row.user_id is not None
    return Actor(
        name=row.created_by or "system",
        kind="person" if is_person else "system",
        user_id=row.user_id,
    )


def ship(house: House, *, at: datetime) -> None:
    """Let every shipped schedule be there, at the times that people gave it."""
    with house.store.session() as session:
        shipped = Schedule.is_shipped.is_(True)
        rows = {r.name: r for r in session.scalars(select(Schedule).where(shipped))}
        for name, row in rows.items():
            if name not in SHIPPED:
                session.delete(row)
        taken = set(session.scalars(select(Schedule.name))) - set(rows)
        for name, wanted in SHIPPED.items():
            if wanted.kind in KINDS and name not in taken:  # or it is somebody's own
                row = rows.get(name) or _new(wanted, at)
                row.kind, row.description = wanted.kind, wanted.summary
                row.parameters = dict(wanted.parameters)
                session.add(row)


def _new(wanted: ShippedSchedule, at: datetime) -> Schedule:
    due_at = next_time(wanted.cron, wanted.time_zone, after=at)
    return Schedule(
        name=wanted.name,
        cron=wanted.cron,
        time_zone=wanted.time_zone,
        is_shipped=True,
        is_paused=wanted.is_paused,
        created_by="system",
        next_at=None if wanted.is_paused else due_at,
    )
