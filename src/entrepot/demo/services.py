"""Make service items and the entry sheets that say what was done for them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from entrepot.demo.frame import END, NOTHING, ONE, Frame, rounded, weekday
from entrepot.demo.goods import SERVICES
from entrepot.demo.people import BUYERS
from entrepot.demo.rows import EntrySheet, Item
from entrepot.demo.texts import SHEET_TEXTS


def service_item(frame: Frame, position: int) -> tuple[Item, list[EntrySheet]]:
    """Return an item and its sheets; it is complete when all of them are accepted."""
    item = _ordered(frame, position)
    if frame.is_cancelled or item.delivery_on > END - timedelta(days=14):
        return item, []
    sheets = _sheets(frame, item)
    if all(sheet.status == "accepted" for sheet in sheets):
        item = item._replace(delivered_quantity=ONE, is_completed=True)
    return item, sheets


def _ordered(frame: Frame, position: int) -> Item:
    chance = frame.chance
    service = chance.choice(SERVICES)
    price = Decimal(chance.randrange(service.low, service.high)).scaleb(-2)
    return Item(
        purchase_order=frame.number,
        item=position,
        category="service",
        material=None,
        short_text=getattr(service, frame.language),
        plant=frame.plant(),
        cost_centre=frame.cost_centre(),
        quantity=ONE,
        unit="AU",
        net_price=price,
        net_amount=price,
        currency=frame.supplier.currency,
        delivery_on=weekday(frame.ordered_on + timedelta(chance.randrange(2, 40))),
        delivered_quantity=NOTHING,
        is_completed=frame.is_cancelled,
        long_text=None,
    )


def _sheets(frame: Frame, item: Item) -> list[EntrySheet]:
    count = frame.chance.choices((1, 2, 3), (70, 20, 10))[0]
    share = rounded(item.net_amount / count)
    amounts = [share] * (count - 1) + [item.net_amount - share * (count - 1)]
    return [_sheet(frame, item, i, amount) for i, amount in enumerate(amounts)]


def _sheet(frame: Frame, item: Item, index: int, amount: Decimal) -> EntrySheet:
    chance = frame.chance
    begin = weekday(item.delivery_on + timedelta(days=4 * index))
    is_recent = begin > END - timedelta(days=30)
    is_accepted = chance.random() < (0.6 if is_recent else 0.985)
    looked_at = datetime.combine(begin + timedelta(days=4), time(8))
    looked_at += timedelta(minutes=chance.randrange(540))
    text = SHEET_TEXTS[frame.language].format(index + 1, item.short_text)
    return EntrySheet(
        entry_sheet=next(frame.sheet_numbers),
        purchase_order=item.purchase_order,
        item=item.item,
        short_text=text,
        performed_from=begin,
        performed_to=begin + timedelta(days=chance.randrange(4)),
        currency=item.currency,
        net_amount=amount,
        status="accepted" if is_accepted else chance.choice(("entered", "rejected")),
        accepted_by=chance.choice(BUYERS) if is_accepted else None,
        accepted_at=looked_at if is_accepted else None,
    )
