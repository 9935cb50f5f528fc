"""Make purchase orders with their items and, for services, the entry sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from entrepot.demo.frame import CENT, END, NOTHING, ONE, Frame, rounded, weekday
from entrepot.demo.people import BUYERS
from entrepot.demo.rows import EntrySheet, Item, Order
from entrepot.demo.services import service_item
from entrepot.demo.texts import HEADER_TEXTS, ITEM_TEXTS

EXCHANGE = {"EUR": Decimal(1), "GBP": Decimal("0.86"), "CHF": Decimal("0.95")}
"""What a euro is in the supplier's currency, for all three years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order, what is on it, and the work done for it."""

    order: Order
    items: tuple[Item, ...]
    sheets: tuple[EntrySheet, ...]


def make_purchase(frame: Frame, most: int) -> Purchase:
    """Return the order with one to twelve items, at the most `most`."""
    chance = frame.chance
    count = min(most, chance.choices(range(1, 13), range(12, 0, -1))[0])
    items, sheets = [], []
    for position in range(10, 10 * count + 10, 10):
        if chance.random() < 0.15:
            item, work = service_item(frame, position)
            sheets += work
        else:
            item = _goods_item(frame, position)
        items.append(item)
    order = _order(frame, items)
    return Purchase(order=order, items=tuple(items), sheets=tuple(sheets))


def _order(frame: Frame, items: list[Item]) -> Order:
    chance = frame.chance
    minutes = timedelta(minutes=chance.randrange(7 * 60, 18 * 60))
    created_at = datetime.combine(frame.ordered_on, time()) + minutes
    text = chance.choice(HEADER_TEXTS[frame.language])
    return Order(
        purchase_order=frame.number,
        company_code=frame.around.company.company_code,
        supplier=frame.supplier.supplier,
        payment_terms=frame.supplier.payment_terms,
        ordered_on=frame.ordered_on,
        created_at=created_at,
        buyer=chance.choice(BUYERS),
        status=_status(frame, items),
        currency=frame.supplier.currency,
        net_amount=sum((item.net_amount for item in items), Decimal("0.00")),
        header_text=text if chance.random() < 0.3 else "",
    )


def _status(frame: Frame, items: list[Item]) -> str:
    if frame.is_cancelled:
        return "cancelled"
    if all(item.is_completed for item in items):
        return "delivered"
    is_begun = any(item.delivered_quantity for item in items)
    return "partly delivered" if is_begun else "open"


def _goods_item(frame: Frame, position: int) -> Item:
    chance = frame.chance
    material = chance.choice(frame.around.materials)
    factor = EXCHANGE[frame.supplier.currency] * chance.randrange(900, 1100) / 1000
    price = max(CENT, rounded(material.list_price * factor))
    quantity = _quantity(frame, material.unit)
    item = Item(
        purchase_order=frame.number,
        item=position,
        category="goods",
        material=material.material,
        short_text=getattr(material, f"description_{frame.language}"),
        plant=frame.plant(),
        cost_centre=frame.cost_centre() if chance.random() < 0.2 else None,
        quantity=quantity,
        unit=material.unit,
        net_price=price,
        net_amount=rounded(quantity * price),
        currency=frame.supplier.currency,
        delivery_on=weekday(frame.ordered_on + timedelta(chance.randrange(3, 60))),
        delivered_quantity=NOTHING,
        is_completed=frame.is_cancelled,
        long_text=ITEM_TEXTS[frame.language] if chance.random() < 0.05 else None,
    )
    return item if frame.is_cancelled else _received(frame, item)


def _quantity(frame: Frame, unit: str) -> Decimal:
    if unit == "M":
        return Decimal(frame.chance.randrange(2, 800) * 500).scaleb(-3)
    most = {"EA": 200, "C": 50, "PAK": 40}[unit]
    return Decimal(frame.chance.randrange(1, most) * 1000).scaleb(-3)


def _received(frame: Frame, item: Item) -> Item:
    """Most goods come whole, some by half, some late."""
    luck = frame.chance.random()
    if item.delivery_on > END - timedelta(days=7) or luck > 0.99:
        return item
    quantity = item.quantity
    if luck > 0.97 and quantity >= 2:
        half = (quantity / 2).quantize(Decimal(1)).quantize(ONE)
        return item._replace(delivered_quantity=half)
    return item._replace(delivered_quantity=quantity, is_completed=True)
