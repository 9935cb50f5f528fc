"""What can be read off background work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.models import Job, Worker
from entrepot.jobs.states import MOVES
from entrepot.jobs.workers import SILENT_SECONDS


def _by_state(house: House) -> list[Reading]:
    counted = select(Job.status, func.count()).group_by(Job.status)
    with house.store.read_session() as session:
        found = {status: count for status, count in session.execute(counted)}
    return [((state,), found.get(state, 0)) for state in MOVES]


def _workers(house: House) -> list[Reading]:
    alive = Worker.seen_at >= now() - timedelta(seconds=SILENT_SECONDS)
    with house.store.read_session() as session:
        counted = select(func.count()).select_from(Worker).where(alive)
        return [((), session.scalar(counted) or 0)]


GAUGES["entrepot_jobs_workers"] = Gauge(
    help="Workers that gave a sign of life in the last ten seconds.", read=_workers
)
GAUGES["entrepot_jobs"] = Gauge(
    help="Jobs in our own database, by state.", labels=("state",), read=_by_state
)
