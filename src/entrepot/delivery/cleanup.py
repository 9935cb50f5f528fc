"""What this room can tidy up: deliveries that are over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery.models import Delivery


def _over(house: House, days: int, is_dry: bool) -> int:
    limit = now() - timedelta(days=days)
    old = (Delivery.state != "waiting", Delivery.ended_at < limit)
    with house.store.session() as session:
        count = session.scalar(select(func.count()).select_from(Delivery).where(*old))
        if not is_dry:
            session.execute(delete(Delivery).where(*old))
    return count or 0


CLEANUPS["deliveries"] = Cleanup(
    summary="Deliveries that ended longer ago than the days given.", run=_over
)
