"""Where a waiting export stands, and how long it will take."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_

from entrepot.base.house import House
from entrepot.exports.models import Export
from entrepot.exports.receipts import Receipt
from entrepot.exports.ybb.telling import Turn
from entrepot.jobs import find_job

PACE_OF = 20
"""So many completed exports of a format tell its pace."""


def turn_of(house: House, receipt: Receipt, rows: int | None) -> Turn:
    """Return where an export stands.

    The time is measured: by the export's own pace once it has one, before that by the
    pace of the last exports of the same format.

    Args:
        rows: That it will have; None where nobody knows.
    """
    if receipt.status == "queued":
        ahead, rows_ahead = _ahead(house, receipt)
        left = _seconds(house, receipt.format, (rows or 0) + rows_ahead)
        return Turn(position=ahead + 1, seconds_left=left)
    if receipt.status != "running":
        return Turn()
    job = find_job(house, receipt.job) if receipt.job else None
    if job is not None and job.seconds_left is not None:
        return Turn(seconds_left=job.seconds_left)
    if rows is None:
        return Turn()
    left = _seconds(house, receipt.format, rows - (receipt.rows or 0))
    return Turn(seconds_left=left)


def _ahead(house: House, receipt: Receipt) -> tuple[int, int]:
    """Return how many exports wait before this one, and how many rows they have."""
    place = tuple_(Export.started_at, Export.id)
    wanted = select(
        func.count(), func.coalesce(func.sum(Export.expected_rows), 0)
    ).where(Export.status == "queued", place < tuple_(receipt.started_at, receipt.id))
    with house.store.read_session() as session:
        count, rows = session.execute(wanted).one()
    return count, int(rows or 0)


def _seconds(house: House, format: str, rows: int) -> float | None:
    """Return how long so many rows take; None while there is no experience."""
    last = (
        select(Export.seconds, Export.rows)
        .where(Export.status.in_(("completed", "expired")), Export.format == format)
        .order_by(Export.started_at.desc())
        .limit(PACE_OF)
        .subquery()
    )
    wanted = select(func.sum(last.c.seconds), func.sum(last.c.rows))
    with house.store.read_session() as session:
        seconds, written = session.execute(wanted).one()
    return max(0, rows) * float(seconds) / int(written) if seconds and written else None
