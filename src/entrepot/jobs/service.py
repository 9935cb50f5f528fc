"""Questions about many jobs, and one job to be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.jobs.models import Job
from entrepot.jobs.states import MOVES, STUCK_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatistics:
    """Jobs of a time, counted.

    Attributes:
        by_status: Every status, also those without a job.
        mean_seconds: Of the completed ones; None where there is none.
    """

    total: int
    by_status: dict[str, int]
    by_script: dict[str, int]
    mean_seconds: float | None


def get_job(session: Session, job_uuid: str) -> Job:
    """Return one job to change; others who want to change it wait for the session.

    Raises:
        NotThere: There is none with this id.
    """
    wanted = select(Job).where(Job.job_uuid == job_uuid).with_for_update()
    job = session.scalar(wanted.execution_options(populate_existing=True))
    if job is None:
        raise NotThere("job", job_uuid, [])
    return job


def list_stuck_jobs(session: Session, *, at: datetime) -> list[Job]:
    """Return the running jobs that gave no sign of life for half an hour."""
    seen = func.coalesce(Job.heartbeat_at, Job.started_at, Job.created_at)
    before = at - timedelta(seconds=STUCK_SECONDS)
    wanted = select(Job).where(Job.status == "running", seen < before)
    return list(session.scalars(wanted.order_by(seen, Job.id)))


def get_statistics(
    session: Session, *, since: datetime, until: datetime | None = None
) -> JobStatistics:
    """Count the jobs made since a time, and until another if it is given."""
    recent = Job.created_at >= since
    if until is not None:
        recent = recent & (Job.created_at < until)
    by_status = dict.fromkeys(MOVES, 0)
    counted = select(Job.status, func.count()).where(recent).group_by(Job.status)
    by_status |= {status: count for status, count in session.execute(counted)}
    scripts = (
        select(Job.script_name, func.count())
        .where(recent)
        .group_by(Job.script_name)
        .order_by(func.count().desc(), Job.script_name)
    )
    mean = session.scalar(
        select(func.avg(Job.actual_duration)).where(recent, Job.status == "completed")
    )
    return JobStatistics(
        total=sum(by_status.values()),
        by_status=by_status,
        by_script={name: count for name, count in session.execute(scripts)},
        mean_seconds=None if mean is None else float(mean),
    )
