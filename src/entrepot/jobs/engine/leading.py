"""What one worker does for all: take over from the dead, set right, tidy."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.cleanup import delete_ended
from entrepot.jobs.engine.crashes import count_crash
from entrepot.jobs.models import Job, Lease, Worker
from entrepot.jobs.schedule_events import WorkerLost
from entrepot.jobs.service import get_job
from entrepot.jobs.settings import LOST_SECONDS, RETENTION_DAYS

if TYPE_CHECKING:
    from entrepot.jobs.engine.queues import Queues

LEASE = "leader"
LEASE_SECONDS = 15.0
TIDY_SECONDS = 3600.0
FORGET_AFTER = timedelta(hours=1)
"""How long the queues remember what ended there; our own rows tell people."""

SETTLED_SECONDS = 10.0
"""Only rows that lay still for so long are set right."""


@dataclass(slots=True)
class Leader:
    """A worker that leads, as long as it holds the lease.

    Attributes:
        is_leading: As of the last step; so it stays while our database is away.
    """

    house: House
    queues: Queues
    worker: str
    is_leading: bool = False
    _tidied_at: float = field(default=float("-inf"))

    def step(self) -> bool:
        """Do what is to be done now, if this worker leads; tell whether it does."""
        self.is_leading = self._leads()
        if not self.is_leading:
            return False
        self._take_over()
        self._set_right()
        if time.monotonic() - self._tidied_at >= TIDY_SECONDS:
            self._tidied_at = time.monotonic()
            self._tidy()
        return True

    def resign(self) -> None:
        """Let another worker lead at once."""
        self.is_leading = False
        mine = (Lease.name == LEASE, Lease.holder == self.worker)
        with self.house.store.session() as session:
            session.execute(delete(Lease).where(*mine))

    def _leads(self) -> bool:
        """Take the lease, or renew it: one statement, so one worker has it."""
        at = now()
        until = at + timedelta(seconds=LEASE_SECONDS)
        is_free = or_(Lease.holder == self.worker, Lease.until_at < at)
        mine = update(Lease).where(Lease.name == LEASE, is_free)
        try:
            with self.house.store.session() as session:
                values = {"holder": self.worker, "until_at": until}
                changed = session.execute(mine.values(values))
                if changed.rowcount:  # type: ignore[attr-defined]  # an update has it
                    return True
                if session.get(Lease, LEASE) is None:
                    session.add(Lease(name=LEASE, **values))
                    return True
        except IntegrityError:
            pass  # another made the row at the same moment
        return False

    def _take_over(self) -> None:
        """Let the jobs of silent workers be taken again."""
        limit = now() - timedelta(seconds=self.house.settings[LOST_SECONDS])
        with self.house.store.read_session() as session:
            live = select(Worker.name).where(Worker.seen_at >= limit)
            alive = set(session.scalars(live)) | {self.worker}
        for lost in sorted(self.queues.holders() - alive):
            taken = self.queues.take_over([lost])
            emit(WorkerLost(worker=lost, jobs=taken))

    def _set_right(self) -> None:
        """Dispatch anew what no queue knows: it was restored, or its end got lost."""
        settled = now() - timedelta(seconds=SETTLED_SECONDS)
        held = (
            Job.status.in_(("pending", "running")),
            Job.dispatched_at < settled,
            Job.dispatch_count > 0,
        )
        with self.house.store.read_session() as session:
            found = session.execute(
                select(Job.job_uuid, Job.dispatch_count).where(*held)
            )
            names = {f"{id}:{number}": (id, number) for id, number in found}
        known = self.queues.unfinished(names) if names else set()
        for name in sorted(names.keys() - known):
            self._dispatch_anew(*names[name])

    def _dispatch_anew(self, id: str, number: int) -> None:
        with self.house.store.session() as session:
            job = get_job(session, id)
            if job.dispatch_count != number:
                return
            if job.status == "running" and not count_crash(self.house, session, job):
                return
            if job.status == "pending":
                job.dispatched_at = None

    def _tidy(self) -> None:
        at: datetime = now()
        self.queues.forget(at - FORGET_AFTER)
        days = self.house.settings[RETENTION_DAYS]
        if days:
            delete_ended(self.house, days)
        old = Worker.seen_at < at - timedelta(days=7)
        with self.house.store.session() as session:
            session.execute(delete(Worker).where(old))
