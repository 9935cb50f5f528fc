"""Post invoices and payments: every entry's debits and credits add up to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from entrepot.demo.invoicing import Bill
from entrepot.demo.rows import Entry, EntryLine

BANK, INPUT_TAX, PAYABLES = "113100", "154000", "160000"
RECEIVED, SERVICES, DISCOUNTS = "191100", "417000", "473000"

Amount = tuple[str, str | None, Decimal]
"""Account, cost centre, and the amount: debit positive, credit negative."""


def post(bill: Bill, numbers: Iterator[int]) -> Iterator[Entry | EntryLine]:
    """Yield the entry of an invoice and, when it is paid, that of the payment."""
    yield from _entry(bill, "RE", next(numbers), _invoiced(bill))
    if bill.invoice.paid_on is not None:
        yield from _entry(bill, "ZP", next(numbers), _paid(bill))


def _entry(
    bill: Bill, kind: str, number: int, amounts: list[Amount]
) -> Iterator[Entry | EntryLine]:
    invoice = bill.invoice
    paid_on = invoice.paid_on if kind == "ZP" else None
    yield Entry(
        journal_entry=number,
        company_code=invoice.company_code,
        document_type=kind,
        posted_on=paid_on or invoice.posted_on,
        invoice=invoice.invoice,
        currency=invoice.currency,
        reference=invoice.reference,
    )
    there = [amount for amount in amounts if amount[2]]
    for line, (account, cost_centre, amount) in enumerate(there, start=1):
        supplier = invoice.supplier if account == PAYABLES else None
        yield EntryLine(
            number, line, account, supplier, cost_centre, amount, invoice.currency
        )


def _invoiced(bill: Bill) -> list[Amount]:
    amounts: list[Amount] = []
    for line, item in zip(bill.lines, bill.ordered, strict=True):
        is_service = item.category == "service"
        account = SERVICES if is_service else RECEIVED
        centre = item.cost_centre if is_service else None
        amounts.append((account, centre, line.net_amount))
    amounts.append((INPUT_TAX, None, bill.invoice.tax_amount))
    amounts.append((PAYABLES, None, -bill.invoice.gross_amount))
    return amounts


def _paid(bill: Bill) -> list[Amount]:
    gross = bill.invoice.gross_amount
    discount = bill.invoice.discount_amount or Decimal("0.00")
    return [
        (PAYABLES, None, gross),
        (BANK, None, discount - gross),
        (DISCOUNTS, None, -discount),
    ]
