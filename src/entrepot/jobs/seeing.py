"""Jobs as people see them: one, or a page of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.base.house import House
from entrepot.base.times import now, render_time
from entrepot.jobs.models import Job
from entrepot.jobs.spec import JobSeen
from entrepot.jobs.states import MOVES

LONGEST_PAGE = 500
OVERLAP_SECONDS = 5.0
"""What changed so long before an answer comes again with the next: transactions end in
another order than they begin, and the clocks of hosts differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs are meant; what is empty limits nothing.

    Attributes:
        states: Any of these.
        subject: `<noun>:<id>`.
        by: Who asked for it, as records name them.
        user_id: The person who asked for it.
        since: Of an earlier page: only what may have changed after it was made.
    """

    states: tuple[str, ...] = ()
    kind: str = ""
    subject: str = ""
    queue: str = ""
    by: str = ""
    user_id: int | None = None
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Some jobs, the newest first.

    Attributes:
        next: Where the next page begins; empty after the last.
        since: To ask later for what changed; some may come twice, none is left out.
    """

    jobs: list[JobSeen]
    next: str
    since: str


def find_job(house: House, id: str) -> JobSeen | None:
    """Return a job, if there is one with this id."""
    with house.store.read_session() as session:
        job = session.scalar(select(Job).where(Job.job_uuid == id))
        return None if job is None else seen(job, at=now())


def get_job_seen(house: House, id: str) -> JobSeen:
    """Return a job.

    Raises:
        NotThere: There is none with this id.
    """
    job = find_job(house, id)
    if job is None:
        raise NotThere("job", id, [])
    return job


def list_jobs(
    house: House,
    wanted: JobFilter | None = None,
    *,
    after: str = "",
    limit: int = 50,
) -> JobPage:
    """Return a page of jobs, the newest first.

    Args:
        after: `next` of the page before.

    Raises:
        InvalidValue: There is no such state, or `after`, `since` or `limit` is wrong.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidValue(f"limit must be from 1 to {LONGEST_PAGE}, not {limit}")
    at = now()
    query = _query(wanted or JobFilter()).order_by(Job.id.desc()).limit(limit + 1)
    if after:
        query = query.where(Job.id < _parse_place(after))
    with house.store.read_session() as session:
        found = list(session.scalars(query))
    jobs, rest = found[:limit], found[limit:]
    return JobPage(
        jobs=[seen(job, at=at) for job in jobs],
        next=str(jobs[-1].id) if rest else "",
        since=render_time(at - timedelta(seconds=OVERLAP_SECONDS)),
    )


def _query(wanted: JobFilter) -> Select[Job]:
    query = select(Job)
    if wanted.states:
        for state in wanted.states:
            if state not in MOVES:
                known = ", ".join(MOVES)
                raise InvalidValue(f"state must be one of {known}, not {state!r}")
        query = query.where(Job.status.in_(wanted.states))
    columns = {
        Job.script_name: wanted.kind,
        Job.subject: wanted.subject,
        Job.queue: wanted.queue,
        Job.requested_by: wanted.by,
    }
    for column, value in columns.items():
        if value:
            query = query.where(column == value)
    if wanted.user_id is not None:
        query = query.where(Job.user_id == wanted.user_id)
    if wanted.since:
        query = query.where(Job.updated_at >= _parse_since(wanted.since))
    return query


def _parse_place(after: str) -> int:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise InvalidValue(f"no page ends at {after!r}")
    return int(after)


def _parse_since(since: str) -> datetime:
    with suppress(ValueError):
        at = datetime.fromisoformat(since)
        if at.tzinfo is not None:
            return at
    raise InvalidValue(f"since must be of an earlier answer, not {since!r}")


def seen(job: Job, *, at: datetime) -> JobSeen:
    """Return a row as people see it at a time."""
    pace = _pace(job, at)
    return JobSeen(
        id=job.job_uuid,
        kind=job.script_name,
        title=job.display_name or job.script_name,
        subject=job.subject or "",
        state=job.status,
        queue=job.queue,
        priority=job.priority,
        percent=_percent(job),
        stage=job.current_stage or "",
        rows=job.rows_done,
        rows_total=job.rows_total,
        rows_per_second=pace,
        seconds_left=_seconds_left(job, at, pace),
        attempts=job.attempt_count,
        crashes=job.crash_count,
        is_dead=job.dead_at is not None,
        is_stopping=job.status == "running" and job.cancel_requested_at is not None,
        error=job.error_message or "",
        error_code=job.error_code or "",
        result=None if job.result is None else dict(job.result),
        by=job.requested_by,
        trace_id=job.trace_id,
        worker=job.locked_by or "",
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.completed_at,
        heartbeat_at=job.heartbeat_at,
        not_before_at=job.not_before_at,
    )


def _percent(job: Job) -> float | None:
    if job.status == "completed":
        return 100.0
    if job.rows_total and job.rows_done is not None:
        # 100 is for what is over: an estimate may have been too low.
        return min(99.0, round(100 * job.rows_done / job.rows_total, 1))
    return float(job.progress) if job.progress else None


def _pace(job: Job, at: datetime) -> float | None:
    """Return the rows per second of the attempt, up to when they were counted."""
    if job.rows_done is None or job.started_at is None:
        return None
    until = job.completed_at or job.heartbeat_at or at
    seconds = (until - job.started_at).total_seconds()
    return round(job.rows_done / seconds, 1) if seconds > 0 else None


def _seconds_left(job: Job, at: datetime, pace: float | None) -> float | None:
    if job.status != "running" or job.started_at is None:
        return None
    if pace and job.rows_total and job.rows_done is not None:
        return round(max(0, job.rows_total - job.rows_done) / pace, 1)
    if not 0 < job.progress < 100:
        return None
    passed = ((job.heartbeat_at or at) - job.started_at).total_seconds()
    return round(max(0.0, passed) * (100 - job.progress) / job.progress, 1)
