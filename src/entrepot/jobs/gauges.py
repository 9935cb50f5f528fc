"""What can be read off background work."""

from __future__ import annotations

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.jobs.models import Job
from entrepot.jobs.states import MOVES


def _by_state(house: House) -> list[Reading]:
    counted = select(Job.status, func.count()).group_by(Job.status)
    with house.store.read_session() as session:
        found = {status: count for status, count in session.execute(counted)}
    return [((state,), found.get(state, 0)) for state in MOVES]


GAUGES["entrepot_jobs"] = Gauge(
    help="Jobs in our own database, by state.", labels=("state",), read=_by_state
)
