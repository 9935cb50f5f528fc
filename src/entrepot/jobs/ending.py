"""End a job without its work done, and let its kind know in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from entrepot.base.events import Event, emit
from entrepot.base.house import House
from entrepot.jobs import steps
from entrepot.jobs.events import JobCancelled, JobDied, JobFailed
from entrepot.jobs.models import Job
from entrepot.jobs.spec import KINDS, Ending

DEAD = "dead-letter"
"""The code of a job that kills its workers."""


def end_without(
    house: House, session: Session, job: Job, ending: Ending, *, at: datetime
) -> None:
    """Move the job to `failed` or `cancelled`, and say so.

    Raises:
        IllegalMove: The job is over.
    """
    if ending.state == "cancelled":
        steps.cancel(job, at=at)
        job.error_message = ending.message
    else:
        steps.fail(job, at=at, message=ending.message)
    job.error_code = ending.code[:50]
    if ending.code == DEAD:
        job.dead_at = at
    kind = KINDS.get(job.script_name)
    if kind is not None and kind.ended is not None:
        kind.ended(house, session, dict(job.parameters or {}), ending)
    emit(_event(job, ending))


def _event(job: Job, ending: Ending) -> Event:
    id, kind = job.job_uuid, job.script_name
    if ending.state == "cancelled":
        return JobCancelled(id=id, kind=kind)
    if ending.code == DEAD:
        return JobDied(id=id, kind=kind, crashes=job.crash_count)
    return JobFailed(id=id, kind=kind, code=ending.code, message=ending.message)
