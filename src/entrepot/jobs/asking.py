"""What people ask of a job that is there: end it, try it again, go on with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import IllegalMove
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs import steps
from entrepot.jobs.ending import end_without
from entrepot.jobs.events import JobCancelWanted, JobSentBack
from entrepot.jobs.models import Job
from entrepot.jobs.seeing import seen
from entrepot.jobs.service import get_job
from entrepot.jobs.spec import KINDS, Ending, JobSeen
from entrepot.jobs.workers import is_alive


def cancel_job(house: House, id: str) -> JobSeen:
    """End a job that nobody wants any more.

    One that waits is over at once; one that runs is told, and over within two seconds.
    One whose worker is gone is over at once, too.

    Raises:
        NotThere: There is none with this id.
        IllegalMove: It is over already.
    """
    at = now()
    with house.store.joined_session() as session:
        job = get_job(session, id)
        if job.status == "running" and is_alive(house, session, job.locked_by, at=at):
            job.cancel_requested_at = job.cancel_requested_at or at
            emit(JobCancelWanted(id=id, kind=job.script_name))
        else:
            _cancel(house, session, job, at)
        session.flush()  # the answer tells when it was changed
        return seen(job, at=at)


def _cancel(house: House, session: Session, job: Job, at: datetime) -> None:
    said = f"Cancelled by {current().name}"
    ending = Ending(state="cancelled", code="cancelled", message=said)
    end_without(house, session, job, ending, at=at)


def retry_job(house: House, id: str) -> JobSeen:
    """Let a failed job wait for another attempt, as often as its limit says.

    Raises:
        NotThere: There is none with this id.
        IllegalMove: It has not failed, killed its workers, or was retried too often.
    """

    def retry(job: Job) -> None:
        if job.dead_at is not None:
            raise IllegalMove(
                f"the job killed its worker {job.crash_count} times",
                hint="resume it when what it died of is mended",
                crash_count=job.crash_count,
            )
        steps.retry(job)

    return _again(house, id, retry)


def resume_job(house: House, id: str) -> JobSeen:
    """Let a job that failed, died or was cancelled wait again; counts begin anew.

    Raises:
        NotThere: There is none with this id.
        IllegalMove: It neither failed nor was cancelled.
    """
    return _again(house, id, steps.resume)


def _again(house: House, id: str, step: Callable[[Job], None]) -> JobSeen:
    with house.store.joined_session() as session:
        job = get_job(session, id)
        step(job)
        job.not_before_at = None
        kind = KINDS.get(job.script_name)
        if kind is not None and kind.again is not None:
            kind.again(house, session, dict(job.parameters or {}))
        session.flush()  # the answer tells when it was changed
        emit(JobSentBack(id=id, kind=job.script_name, why="somebody asked"))
        return seen(job, at=now())
