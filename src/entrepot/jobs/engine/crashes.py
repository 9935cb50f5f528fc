"""A job whose attempt died with its worker: how often may that be?"""

from __future__ import annotations

from sqlalchemy.orm import Session

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs import steps
from entrepot.jobs.ending import DEAD, end_without
from entrepot.jobs.events import JobLost
from entrepot.jobs.models import Job
from entrepot.jobs.settings import CRASHES
from entrepot.jobs.spec import Ending


def count_crash(house: House, session: Session, job: Job) -> bool:
    """Count the death of a running job's attempt; tell whether it may begin again.

    If so it waits now; if not it is over: cancelled, or dead.
    """
    job.crash_count += 1
    crashes, at = job.crash_count, now()
    emit(
        JobLost(
            id=job.job_uuid,
            kind=job.script_name,
            worker=job.locked_by or "",
            crashes=crashes,
        )
    )
    if job.cancel_requested_at is not None:
        ending = Ending(state="cancelled", code="cancelled", message="Cancelled")
    elif crashes >= house.settings[CRASHES]:
        times = f"{crashes} time" + ("" if crashes == 1 else "s")
        said = f"Its worker died {times} in its midst; nobody tries it again"
        ending = Ending(state="failed", code=DEAD, message=said)
    else:
        dispatched_at = job.dispatched_at
        steps.give_back(job)
        job.dispatched_at = dispatched_at
        return True
    end_without(house, session, job, ending, at=at)
    return False
