"""What can be read off the catalogue."""

from __future__ import annotations

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.catalogue.models import Product


def _products(house: House) -> list[Reading]:
    listed = Product.is_active & (Product.status != "archived")
    counted = select(func.count()).select_from(Product).where(listed)
    with house.store.read_session() as session:
        return [((), session.scalar(counted) or 0)]


GAUGES["catalogue_products_total"] = Gauge(
    help="Products in the catalogue that are active.", read=_products
)
