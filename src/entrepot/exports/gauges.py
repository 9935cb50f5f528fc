"""What can be read off exports."""

from __future__ import annotations

from typing import get_args

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.exports.models import Export
from entrepot.exports.receipts import Status


def _by_status(house: House) -> list[Reading]:
    counted = select(Export.status, func.count()).group_by(Export.status)
    with house.store.read_session() as session:
        found = {status: count for status, count in session.execute(counted)}
    return [((status,), found.get(status, 0)) for status in get_args(Status)]


GAUGES["entrepot_export_receipts"] = Gauge(
    help="Receipts of exports, by status.",
    labels=("status",),
    read=_by_status,
)
