"""What can be read off the catalogue."""

from __future__ import annotations

from entrepot.base import checks
from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.catalogue.serving.source import SAMPLES, source_of

SEEN_SECONDS = 5.0
"""How old the sight of our own database may be."""


def _products(house: House) -> list[Reading]:
    source = source_of(house)
    source.settle()
    return [((), source.read(source.count).found)]


def _connected(house: House) -> list[Reading]:
    source = source_of(house)
    if not source.is_own and source.wanted != SAMPLES:
        return [((), float(source.is_connected()))]
    found = checks.find(house, "database", at_most_seconds=SEEN_SECONDS)
    return [((), 0.0 if found.state == "unhealthy" else 1.0)]


GAUGES["catalogue_db_connection_status"] = Gauge(
    help="1 when the database of the products answered at the last look, 0 when not; "
    "our own, unless DB_HOST or its like names another.",
    read=_connected,
)


GAUGES["catalogue_products_total"] = Gauge(
    help="Products that /api/products lists, out of whichever source answers.",
    read=_products,
)
