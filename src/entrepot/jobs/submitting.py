"""Ask for work, from any process; a worker does it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from entrepot.base import spans
from entrepot.base.acting import current
from entrepot.base.errors import UnknownName
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.jobs.events import JobSubmitted
from entrepot.jobs.models import TRACEPARENT, Job
from entrepot.jobs.spec import KINDS, QUEUES, Wanted


def submit_job(house: House, wanted: Wanted) -> str:
    """Ask for a job in the caller's transaction, or one of its own; return its id.

    Where there is a job of this kind for the same key already, its id is returned.

    Raises:
        UnknownName: There is no such kind, or no such queue.
    """
    kind = KINDS.get(wanted.kind)
    if kind is None:
        raise UnknownName("kind of job", wanted.kind, sorted(KINDS))
    queue = wanted.queue or kind.queue
    if queue not in QUEUES:
        raise UnknownName("queue", queue, sorted(QUEUES))
    with house.store.joined_session() as session:
        job = _job(wanted, queue)
        try:
            with session.begin_nested():
                session.add(job)
        except IntegrityError:
            if not wanted.key:
                raise
            same = (
                Job.script_name == wanted.kind,
                Job.idempotency_key == wanted.key,
            )
            return session.scalars(select(Job.job_uuid).where(*same)).one()
        spans.keep(f"job:{job.job_uuid}")
        emit(JobSubmitted(id=job.job_uuid, kind=wanted.kind, queue=queue))
        return job.job_uuid


def _job(wanted: Wanted, queue: str) -> Job:
    actor, asked_by = current(), spans.traceparent()
    return Job(
        script_name=wanted.kind,
        display_name=wanted.title or None,
        subject=wanted.subject or None,
        parameters=dict(wanted.parameters),
        queue=queue,
        priority=wanted.priority,
        idempotency_key=wanted.key or None,
        not_before_at=wanted.not_before,
        requested_by=actor.name,
        user_id=actor.user_id,
        trace_id=actor.trace_id,
        meta_data={TRACEPARENT: asked_by} if asked_by else None,
    )
