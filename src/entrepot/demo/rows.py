"""A row of each table, in its columns' order.

They are named tuples, because SQLite takes a tuple as it is: 400,000 of them are
written in two seconds.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class CompanyCode(NamedTuple):
    """A row of `company_codes`."""

    company_code: str
    name: str
    city: str
    country: str
    currency: str
    language: str


class CostCentre(NamedTuple):
    """A row of `cost_centres`."""

    cost_centre: str
    company_code: str
    name: str
    responsible: str | None
    valid_from: date
    valid_to: date | None


class PaymentTerms(NamedTuple):
    """A row of `payment_terms`."""

    payment_terms: str
    description: str
    net_days: int
    discount_days: int | None
    discount_percent: Decimal | None


class Supplier(NamedTuple):
    """A row of `suppliers`."""

    supplier: int
    name: str
    name_2: str
    street: str | None
    postal_code: str
    city: str
    country: str
    language: str
    email: str | None
    phone: str | None
    currency: str
    payment_terms: str
    is_blocked: bool
    created_on: date
    notes: str | None


class Plant(NamedTuple):
    """A row of `plants`."""

    plant: str
    company_code: str
    name: str
    city: str


class Material(NamedTuple):
    """A row of `materials`."""

    material: str
    description_de: str
    description_en: str
    description_fr: str
    material_group: str
    unit: str
    list_price: Decimal
    weight_kg: float | None
    is_hazardous: bool


class Account(NamedTuple):
    """A row of `accounts`."""

    account: str
    name: str
    is_balance_sheet: bool


class Order(NamedTuple):
    """A row of `purchase_orders`."""

    purchase_order: int
    company_code: str
    supplier: int
    payment_terms: str
    ordered_on: date
    created_at: datetime
    buyer: str
    status: str
    currency: str
    net_amount: Decimal
    header_text: str


class Item(NamedTuple):
    """A row of `purchase_order_items`."""

    purchase_order: int
    item: int
    category: str
    material: str | None
    short_text: str
    plant: str
    cost_centre: str | None
    quantity: Decimal
    unit: str
    net_price: Decimal
    net_amount: Decimal
    currency: str
    delivery_on: date
    delivered_quantity: Decimal
    is_completed: bool
    long_text: str | None


class EntrySheet(NamedTuple):
    """A row of `service_entry_sheets`."""

    entry_sheet: int
    purchase_order: int
    item: int
    short_text: str
    performed_from: date
    performed_to: date
    currency: str
    net_amount: Decimal
    status: str
    accepted_by: str | None
    accepted_at: datetime | None


class Invoice(NamedTuple):
    """A row of `invoices`."""

    invoice: int
    company_code: str
    supplier: int
    reference: str
    invoiced_on: date
    posted_on: date
    due_on: date
    currency: str
    net_amount: Decimal
    tax_amount: Decimal
    gross_amount: Decimal
    status: str
    paid_on: date | None
    discount_amount: Decimal | None


class InvoiceItem(NamedTuple):
    """A row of `invoice_items`."""

    invoice: int
    line: int
    purchase_order: int
    item: int
    quantity: Decimal
    net_amount: Decimal
    tax_percent: Decimal
    tax_amount: Decimal
    currency: str


class Entry(NamedTuple):
    """A row of `journal_entries`."""

    journal_entry: int
    company_code: str
    document_type: str
    posted_on: date
    invoice: int
    currency: str
    reference: str


class EntryLine(NamedTuple):
    """A row of `journal_entry_lines`."""

    journal_entry: int
    line: int
    account: str
    supplier: int | None
    cost_centre: str | None
    amount: Decimal
    currency: str


class Description(NamedTuple):
    """A row of `_entrepot_descriptions`."""

    table_name: str
    column_name: str
    description: str


Row = (
    CompanyCode
    | CostCentre
    | PaymentTerms
    | Supplier
    | Plant
    | Material
    | Account
    | Order
    | Item
    | EntrySheet
    | Invoice
    | InvoiceItem
    | Entry
    | EntryLine
    | Description
)

TABLE_OF: dict[type[Row], str] = {
    CompanyCode: "company_codes",
    CostCentre: "cost_centres",
    PaymentTerms: "payment_terms",
    Supplier: "suppliers",
    Plant: "plants",
    Material: "materials",
    Account: "accounts",
    Order: "purchase_orders",
    Item: "purchase_order_items",
    EntrySheet: "service_entry_sheets",
    Invoice: "invoices",
    InvoiceItem: "invoice_items",
    Entry: "journal_entries",
    EntryLine: "journal_entry_lines",
    Description: "_entrepot_descriptions",
}
