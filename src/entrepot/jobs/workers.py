"""Which workers live: each leaves a sign of life in our own database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.models import Job, Worker
from entrepot.jobs.settings import LOST_SECONDS

SILENT_SECONDS = 10.0
"""After so long without a sign people are told that no worker is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """A worker, as people see it.

    Attributes:
        is_alive: It gave a sign within `SILENT_SECONDS`.
        running: Jobs in its hands.
    """

    name: str
    process_id: int
    version: str
    started_at: datetime
    seen_at: datetime
    is_alive: bool
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The workers, and what waits for them.

    Attributes:
        waiting: Jobs that could begin now.
        waiting_seconds: Since when the first of them could.
    """

    workers: list[WorkerSeen]
    waiting: int
    waiting_seconds: float

    @property
    def is_missing(self) -> bool:
        """Tell whether jobs wait and no worker lives."""
        return self.waiting > 0 and not any(w.is_alive for w in self.workers)


def get_crew(house: House) -> Crew:
    """Return the workers of the last day, and how much waits for them."""
    at = now()
    with house.store.read_session() as session:
        recent = Worker.seen_at >= at - timedelta(days=1)
        rows = session.scalars(select(Worker).where(recent).order_by(Worker.name))
        busy = _busy(session)
        workers = [_seen(row, busy.get(row.name, 0), at) for row in rows]
        waiting, first_at = _waiting(session, at)
    since = 0.0 if first_at is None else (at - first_at).total_seconds()
    return Crew(workers=workers, waiting=waiting, waiting_seconds=max(0.0, since))


def _seen(row: Worker, running: int, at: datetime) -> WorkerSeen:
    return WorkerSeen(
        name=row.name,
        process_id=row.process_id,
        version=row.version,
        started_at=row.started_at,
        seen_at=row.seen_at,
        is_alive=at - row.seen_at <= timedelta(seconds=SILENT_SECONDS),
        running=running,
    )


def _busy(session: Session) -> dict[str, int]:
    counted = select(Job.locked_by, func.count()).where(Job.status == "running")
    found = session.execute(counted.group_by(Job.locked_by))
    return {name: count for name, count in found if name}


def _waiting(session: Session, at: datetime) -> tuple[int, datetime | None]:
    since = func.coalesce(Job.not_before_at, Job.updated_at)
    may_begin = or_(Job.not_before_at.is_(None), Job.not_before_at <= at)
    counted = select(func.count(), func.min(since)).where(
        Job.status == "pending", may_begin
    )
    count, first_at = session.execute(counted).one()
    return count, first_at


def is_alive(house: House, session: Session, name: str | None, *, at: datetime) -> bool:
    """Tell whether a worker gave a sign of life before it counts as lost."""
    seen_at = session.scalar(select(Worker.seen_at).where(Worker.name == (name or "")))
    lost = timedelta(seconds=house.settings[LOST_SECONDS])
    return seen_at is not None and at - seen_at <= lost
