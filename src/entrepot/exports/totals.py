"""How many exports there were in a time, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import func, select

from entrepot.base.house import House
from entrepot.exports.models import Export
from entrepot.exports.receipts import ENDED_WELL, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCounts:
    """Exports that began in a time.

    Attributes:
        by_status: Every status, also those without an export.
        rows: In the files of those that finished.
    """

    by_status: Mapping[Status, int]
    rows: int


def count_exports(house: House, *, since: datetime, until: datetime) -> ExportCounts:
    """Count the exports that began in a time."""
    counted = (
        select(Export.status, func.count(), func.sum(Export.rows))
        .where(Export.started_at >= since, Export.started_at < until)
        .group_by(Export.status)
    )
    with house.store.read_session() as session:
        found = {status: (n, rows) for status, n, rows in session.execute(counted)}
    by_status = {one: found.get(one, (0, 0))[0] for one in get_args(Status)}
    rows = sum(int(found.get(one, (0, 0))[1] or 0) for one in ENDED_WELL)
    return ExportCounts(by_status=by_status, rows=rows)
