"""Everything that happened in three years, as rows, one order after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, count
from random import Random

from entrepot.demo.frame import (
    BEGIN,
    END,
    Frame,
    Surroundings,
    surroundings,
    weekday,
)
from entrepot.demo.invoicing import make_bills
from entrepot.demo.ledger import post
from entrepot.demo.masters import make_masters
from entrepot.demo.orders import make_purchase
from entrepot.demo.rows import Description, Item, PaymentTerms, Row, Supplier
from entrepot.demo.tables import descriptions

SHARES = (50, 25, 15, 10)
"""How the companies share the orders, in percent."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The next number of each kind of document."""

    orders: Iterator[int] = field(default_factory=lambda: count(4500000001))
    sheets: Iterator[int] = field(default_factory=lambda: count(1000000001))
    invoices: Iterator[int] = field(default_factory=lambda: count(5100000001))
    entries: Iterator[int] = field(default_factory=lambda: count(100000001))


def all_rows(items: int, seed: int) -> Iterator[Row]:
    """Yield every row of the demo; the same for the same numbers, always.

    Args:
        items: Purchase order items wanted, exactly.
    """
    masters = make_masters(Random(f"{seed}/masters"))
    yield from masters.rows()
    yield from (Description(*texts) for texts in descriptions())
    terms = {one.payment_terms: one for one in masters.terms}
    choices, numbers = surroundings(masters), Numbers()
    chance = Random(f"{seed}/orders")
    made = 0
    while made < items:
        # Orders get on in step with the items, so the last is of the last day.
        on = weekday(BEGIN + (END - BEGIN) * made // items)
        around = chance.choices(choices, SHARES)[0]
        frame = _frame(around, on, numbers, chance)
        for row in _life(frame, items - made, numbers, terms):
            made += isinstance(row, Item)
            yield row


def _frame(around: Surroundings, on: date, numbers: Numbers, chance: Random) -> Frame:
    return Frame(
        number=next(numbers.orders),
        around=around,
        supplier=_supplier(around, chance),
        ordered_on=on,
        is_cancelled=chance.random() < 0.03,
        sheet_numbers=numbers.sheets,
        chance=chance,
    )


def _supplier(around: Surroundings, chance: Random) -> Supplier:
    known = around.near if chance.random() < 0.8 else around.far
    # The square makes few suppliers get most orders, as they do.
    return known[int(len(known) * chance.random() ** 2)]


def _life(
    frame: Frame, most: int, numbers: Numbers, terms: dict[str, PaymentTerms]
) -> Iterator[Row]:
    purchase = make_purchase(frame, most)
    yield from chain([purchase.order], purchase.items, purchase.sheets)
    agreed = terms[frame.supplier.payment_terms]
    bills = make_bills(frame, purchase.items, numbers=numbers.invoices, terms=agreed)
    for bill in bills:
        yield from chain([bill.invoice], bill.lines, post(bill, numbers.entries))
