"""What this room can tidy up: lines of the durable log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.watch.models import SystemLog


def _old_lines(house: House, days: int, is_dry: bool) -> int:
    old = SystemLog.created_at < datetime.now(UTC) - timedelta(days=days)
    with house.store.session() as session:
        wanted = select(func.count()).select_from(SystemLog).where(old)
        count = session.scalar(wanted) or 0
        if not is_dry:
            session.execute(delete(SystemLog).where(old))
    return count


CLEANUPS["logs"] = Cleanup(
    summary="Lines of system_logs older than the days given.", run=_old_lines
)
