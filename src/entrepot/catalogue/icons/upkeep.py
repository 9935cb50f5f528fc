"""Icons whose making was cut off are told as failed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.catalogue.icon_models import Icon

STUCK_SECONDS = 600
CUT_OFF = "the program ended while it was made"


def end_stuck(house: House, *, is_dry: bool = False) -> int:
    """Let icons that have been made for ten minutes be failed; return how many."""
    before = now() - timedelta(seconds=STUCK_SECONDS)
    stuck = select(Icon).where(Icon.status == "generating", Icon.updated_at < before)
    with house.store.open_session() as session:
        rows = session.scalars(stuck).all()
        if rows and not is_dry:
            for icon in rows:
                icon.status = "failed"
                icon.meta_data = {"error": CUT_OFF}
            session.commit()
        return len(rows)
