"""What can be read off our own database."""

from __future__ import annotations

from entrepot.base import checks
from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House

SEEN_SECONDS = 5.0
"""How old the sight of our own database may be."""


def _connected(house: House) -> list[Reading]:
    found = checks.find(house, "database", at_most_seconds=SEEN_SECONDS)
    return [((), 0.0 if found.state == "unhealthy" else 1.0)]


def _pool(house: House) -> list[Reading]:
    pool = house.store.pool_counts()
    return [
        (("in_use",), pool.checked_out),
        (("idle",), pool.checked_in),
        (("overflow",), pool.overflow),
    ]


def _pool_size(house: House) -> list[Reading]:
    return [((), house.store.pool_counts().pool_size)]


GAUGES["catalogue_db_connection_status"] = Gauge(
    help="1 when our own database answered at the last look, 0 when it did not.",
    read=_connected,
)
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
