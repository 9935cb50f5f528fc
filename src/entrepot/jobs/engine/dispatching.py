"""From rows that wait to the queues of the workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.models import Job
from entrepot.jobs.spec import KINDS, QUEUES

if TYPE_CHECKING:
    from entrepot.jobs.engine.queues import Queues

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Puts each waiting job whose time has come into its queue, once."""

    house: House
    queues: Queues

    def step(self) -> int:
        """Put what waits into the queues; return how many jobs."""
        at = now()
        ready = _ready(at)
        with self.house.store.read_session() as session:
            found = set(session.scalars(_kinds_of_waiting(at)))
        if True not in found:
            if found:
                self.queues.ring(is_new=False)
            return 0
        with self.house.store.session() as session:
            # Two workers look at once: what one has locked is the other's no more.
            wanted = select(Job).where(*ready).order_by(Job.priority, Job.id)
            wanted = wanted.limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
            jobs = list(session.scalars(wanted))
            for job in jobs:
                self._put(session, job)
        self.queues.ring(is_new=True)
        return len(jobs)

    def _put(self, session: Session, job: Job) -> None:
        job.dispatch_count += 1
        job.dispatched_at = now()
        session.flush()  # one connection for both: in one transaction, or not at all
        self.queues.put(
            session,
            job.job_uuid,
            job.dispatch_count,
            queue=job.queue if job.queue in QUEUES else "default",
            priority=job.priority,
        )


def _kinds_of_waiting(at: datetime) -> Select[bool]:
    """Ask whether jobs are to go into a queue (True), or wait in one (False)."""
    is_new = Job.dispatched_at.is_(None)
    is_known = Job.script_name.in_(list(KINDS))
    waiting = (Job.status == "pending", is_known, or_(~is_new, _is_due(at)))
    return select(is_new).where(*waiting).distinct()


def _is_due(at: datetime) -> ColumnElement[bool]:
    return or_(Job.not_before_at.is_(None), Job.not_before_at <= at)


def _ready(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of a job that may go into its queue."""
    return (
        Job.status == "pending",
        Job.dispatched_at.is_(None),
        _is_due(at),
        Job.script_name.in_(list(KINDS)),  # others are a newer worker's
    )
