"""One job with all that people may want to know of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.base.redaction import without_secrets
from entrepot.base.times import now
from entrepot.jobs.models import Job
from entrepot.jobs.seeing import seen
from entrepot.jobs.spec import KINDS, Facts, JobSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDetail:
    """A job, and what was asked of it.

    Attributes:
        summary: Of its kind; empty where this program knows none of the name.
        parameters: Without secrets.
        retries, retries_most: Times somebody let it be tried again, and may.
        pauses: Times it waited because something it needs was away.
    """

    job: JobSeen
    summary: str
    parameters: Facts
    retries: int
    retries_most: int
    pauses: int

    @property
    def can_cancel(self) -> bool:
        """Tell whether it is not over."""
        return self.job.state in ("pending", "running") and not self.job.is_stopping

    @property
    def can_retry(self) -> bool:
        """Tell whether it failed, and may be tried again."""
        is_alive = self.job.state == "failed" and not self.job.is_dead
        return is_alive and self.retries < self.retries_most

    @property
    def can_resume(self) -> bool:
        """Tell whether it may begin anew, though trying again is not offered."""
        return self.job.state in ("failed", "cancelled") and not self.can_retry


def get_detail(house: House, id: str) -> JobDetail:
    """Return one job.

    Raises:
        NotThere: There is none with this id.
    """
    with house.store.read_session() as session:
        row = session.scalar(select(Job).where(Job.job_uuid == id))
        if row is None:
            raise NotThere("job", id, [])
        kind = KINDS.get(row.script_name)
        return JobDetail(
            job=seen(row, at=now()),
            summary=kind.summary if kind else "",
            parameters=_clean(row),
            retries=row.retry_count,
            retries_most=row.max_retries,
            pauses=row.pause_count,
        )


def _clean(row: Job) -> Facts:
    # They are stored so, unless plain SQL wrote them.
    found = without_secrets(dict(row.parameters or {}))
    return found if isinstance(found, dict) else {}
