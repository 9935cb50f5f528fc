"""Somebody who does the jobs of a house, as a worker would, without waiting."""

from __future__ import annotations

from sqlalchemy import select

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs import Job
from entrepot.jobs.engine.attempt import Attempts
from entrepot.jobs.engine.hands import Hands


def do_jobs(house: House, *, kinds: str = "") -> int:
    """Make one attempt at each job that waits now, whatever its pause; count them.

    Args:
        kinds: How the names of their kinds begin; all kinds when empty.
    """
    attempts = Attempts(house, Hands(), "host-1")
    taken = []
    with house.store.session() as session:
        waiting = select(Job).where(Job.status == "pending").order_by(Job.id)
        waiting = waiting.where(Job.script_name.startswith(kinds, autoescape=True))
        for job in session.scalars(waiting):
            job.dispatch_count += 1
            job.dispatched_at = now()
            taken.append((job.job_uuid, job.dispatch_count))
    for id, count in taken:
        attempts.make(id, count)
    return len(taken)
