"""Make invoices for what was delivered, and say which of them are paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from entrepot.demo.frame import END, Frame, rounded
from entrepot.demo.rows import Invoice, InvoiceItem, Item, PaymentTerms

TAX_PERCENT = {
    "DE": Decimal("19.00"),
    "FR": Decimal("20.00"),
    "GB": Decimal("20.00"),
    "CH": Decimal("8.10"),
}
"""Of invoices within a country; those from abroad carry none."""

REFERENCES = {"de": "RE-{}/{:05d}", "fr": "F{}-{:05d}", "en": "INV {} {:05d}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice with its items, and the order items they are for."""

    invoice: Invoice
    lines: tuple[InvoiceItem, ...]
    ordered: tuple[Item, ...]


def make_bills(
    frame: Frame,
    items: Sequence[Item],
    *,
    numbers: Iterator[int],
    terms: PaymentTerms,
) -> Iterator[Bill]:
    """Yield one or two invoices for the delivered items, if they have come yet."""
    delivered = [item for item in items if item.delivered_quantity]
    middle = len(delivered) // 2 if frame.chance.random() < 0.25 else 0
    for part in (delivered[:middle], delivered[middle:]):
        if part:
            last = max(item.delivery_on for item in part)
            on = last + timedelta(days=frame.chance.randrange(1, 14))
            if on < END - timedelta(days=3):
                yield _bill(frame, part, number=next(numbers), on=on, terms=terms)


def _bill(
    frame: Frame, items: list[Item], *, number: int, on: date, terms: PaymentTerms
) -> Bill:
    lines = [_line(frame, number, i, item) for i, item in enumerate(items, start=1)]
    net = sum((line.net_amount for line in lines), Decimal("0.00"))
    tax = sum((line.tax_amount for line in lines), Decimal("0.00"))
    supplier = frame.supplier
    reference = REFERENCES[supplier.language]
    invoice = Invoice(
        invoice=number,
        company_code=frame.around.company.company_code,
        supplier=supplier.supplier,
        reference=reference.format(on.year, frame.chance.randrange(1, 99999)),
        invoiced_on=on,
        posted_on=on + timedelta(days=frame.chance.randrange(0, 4)),
        due_on=on + timedelta(days=terms.net_days),
        currency=supplier.currency,
        net_amount=net,
        tax_amount=tax,
        gross_amount=net + tax,
        status="posted",
        paid_on=None,
        discount_amount=None,
    )
    paid = _paid(frame, invoice, terms)
    return Bill(invoice=paid, lines=tuple(lines), ordered=tuple(items))


def _line(frame: Frame, invoice: int, number: int, item: Item) -> InvoiceItem:
    country = frame.around.company.country
    is_domestic = frame.supplier.country == country
    percent = TAX_PERCENT[country] if is_domestic else Decimal("0.00")
    net = rounded(item.delivered_quantity * item.net_price)
    return InvoiceItem(
        invoice=invoice,
        line=number,
        purchase_order=item.purchase_order,
        item=item.item,
        quantity=item.delivered_quantity,
        net_amount=net,
        tax_percent=percent,
        tax_amount=rounded(net * percent / 100),
        currency=item.currency,
    )


def _paid(frame: Frame, invoice: Invoice, terms: PaymentTerms) -> Invoice:
    luck = frame.chance.random()
    if luck < 0.03:
        return invoice._replace(status="blocked")
    on, discount = max(invoice.due_on, invoice.posted_on), Decimal("0.00")
    if terms.discount_days and terms.discount_percent and luck < 0.7:
        on = invoice.invoiced_on + timedelta(days=terms.discount_days)
        discount = rounded(invoice.gross_amount * terms.discount_percent / 100)
    if on > END:
        return invoice
    return invoice._replace(status="paid", paid_on=on, discount_amount=discount)
