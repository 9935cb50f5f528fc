"""What can be read off the databases people registered."""

from __future__ import annotations

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.connections.models import Connection


def _count(house: House) -> list[Reading]:
    with house.store.read_session() as session:
        return [((), session.scalar(select(func.count()).select_from(Connection)) or 0)]


GAUGES["entrepot_connections"] = Gauge(
    help="Databases that people registered.", read=_count
)
