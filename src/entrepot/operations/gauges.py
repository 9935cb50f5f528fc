"""What can be read off our own database."""

from __future__ import annotations

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House


def _pool(house: House) -> list[Reading]:
    pool = house.store.pool_counts()
    return [
        (("in_use",), pool.checked_out),
        (("idle",), pool.checked_in),
        (("overflow",), pool.overflow),
    ]


def _pool_size(house: House) -> list[Reading]:
    return [((), house.store.pool_counts().pool_size)]


GAUGES["entrepot_db_pool_connections"] = Gauge(
    help="Connections to our own database by what they do; overflow is in use as well.",
    labels=("state",),
    read=_pool,
    of="process",
)
GAUGES["entrepot_db_pool_size"] = Gauge(
    help="Connections to our own database that are kept open when nobody needs them.",
    read=_pool_size,
    of="process",
)
