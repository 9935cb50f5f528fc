"""What this room can tidy up: jobs that ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.models import Job

ENDED = ("completed", "failed", "cancelled")


def _ended(house: House, days: int, is_dry: bool) -> int:
    limit = now() - timedelta(days=days)
    old = (
        Job.status.in_(ENDED),
        func.coalesce(Job.completed_at, Job.created_at) < limit,
    )
    with house.store.session() as session:
        count = session.scalar(select(func.count()).select_from(Job).where(*old)) or 0
        if not is_dry:
            session.execute(delete(Job).where(*old))
    return count


def delete_ended(house: House, days: int) -> int:
    """Delete the jobs that ended longer ago than so many days; return how many."""
    return _ended(house, days, is_dry=False)


CLEANUPS["jobs"] = Cleanup(
    summary="Jobs that ended longer ago than the days given.", run=_ended
)
