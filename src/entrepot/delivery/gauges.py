"""What can be read off what is sent."""

from __future__ import annotations

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.delivery.models import Delivery

STATES = ("waiting", "delivered", "failed")


def _by_state(house: House) -> list[Reading]:
    counted = select(Delivery.state, func.count()).group_by(Delivery.state)
    with house.store.read_session() as session:
        found = {state: count for state, count in session.execute(counted)}
    return [((state,), found.get(state, 0)) for state in STATES]


GAUGES["entrepot_deliveries"] = Gauge(
    help="Deliveries kept in our own database, by state.",
    labels=("state",),
    read=_by_state,
)
