"""Old groups go, and what is counted of those that stay."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Delete, delete, func, select

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.groups.counting import HOUR_SECONDS
from entrepot.watch.groups.models import (
    ErrorGroupRow,
    ErrorHour,
    ErrorOccurrence,
    ErrorTouch,
)


def forget_groups(house: House, days: int, is_dry: bool) -> int:
    """Remove what is older than so many days; return how many groups went, or would.

    What people ignore is kept, or it would be new the next time it comes.
    """
    before = now() - timedelta(days=days)
    is_old = (ErrorGroupRow.last_seen_at < before, ErrorGroupRow.state != "ignored")
    with house.store.session() as session:
        wanted = select(func.count()).select_from(ErrorGroupRow).where(*is_old)
        count = session.scalar(wanted) or 0
        if is_dry:
            return count
        ids = select(ErrorGroupRow.id).where(*is_old)
        for table in (ErrorHour, ErrorTouch, ErrorOccurrence):
            session.execute(_quiet(delete(table).where(table.group_id.in_(ids))))
        session.execute(_quiet(delete(ErrorGroupRow).where(*is_old)))
        hour = int(before.timestamp() // HOUR_SECONDS)
        session.execute(_quiet(delete(ErrorHour).where(ErrorHour.hour < hour)))
        old = ErrorOccurrence.at < before
        session.execute(_quiet(delete(ErrorOccurrence).where(old)))
        gone = ErrorTouch.last_seen_at < before
        session.execute(_quiet(delete(ErrorTouch).where(gone)))
    return count


def _quiet(statement: Delete) -> Delete:
    return statement.execution_options(synchronize_session=False)
