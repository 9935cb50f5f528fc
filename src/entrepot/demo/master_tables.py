"""Tables of what there is: companies, suppliers, materials and the like."""

from __future__ import annotations

from sqlalchemy import (
    DECIMAL,
    Boolean,
    Date,
    Double,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from entrepot.demo.schema import METADATA, MONEY, column, currency

Table(
    "company_codes",
    METADATA,
    column("company_code", String(4), "Company code: the legal entity", key=True),
    column("name", Text(), "Name: as in the commercial register"),
    column("city", Text(), "City: registered office"),
    column("country", String(2), "Country: ISO 3166 code"),
    column("currency", String(3), "Currency: in which the books are kept"),
    column("language", String(2), "Language: of orders and texts, ISO 639 code"),
    comment="Company codes: legal entities that buy",
)
Table(
    "cost_centres",
    METADATA,
    column("cost_centre", String(10), "Cost centre: number", key=True),
    column(
        "company_code",
        String(4),
        "Company code: owner",
        to="company_codes.company_code",
    ),
    column("name", Text(), "Name: department, in the company's language"),
    column("responsible", Text(), "Responsible: person", null=True),
    column("valid_from", Date(), "Valid from: first day"),
    column("valid_to", Date(), "Valid to: last day; empty while in use", null=True),
    comment="Cost centres: departments that consume what is bought",
)
Table(
    "payment_terms",
    METADATA,
    column("payment_terms", String(4), "Payment terms: key", key=True),
    column("description", Text(), "Description: in words"),
    column("net_days", Integer(), "Net days: until the full amount is due"),
    column(
        "discount_days",
        Integer(),
        "Discount days: paid by then, less is due",
        null=True,
    ),
    column(
        "discount_percent",
        DECIMAL(5, 3),
        "Discount: percent of the gross amount",
        null=True,
    ),
    comment="Payment terms: when invoices are due, and the discount for paying early",
)
Table(
    "suppliers",
    METADATA,
    column("supplier", Integer(), "Supplier: number", key=True),
    column("name", Text(), "Name: of the firm"),
    column("name_2", Text(), "Name 2: department or owner; often blank"),
    column("street", Text(), "Street: with house number", null=True),
    column("postal_code", Text(), "Postal code: keeps its leading zeros"),
    column("city", Text(), "City: of the address"),
    column("country", String(2), "Country: ISO 3166 code"),
    column("language", String(2), "Language: for letters, ISO 639 code"),
    column("email", Text(), "E-mail: for orders", null=True),
    column("phone", Text(), "Phone: international form", null=True),
    currency(),
    column(
        "payment_terms",
        String(4),
        "Payment terms: agreed",
        to="payment_terms.payment_terms",
    ),
    column("is_blocked", Boolean(), "Blocked: gets no new orders"),
    column("created_on", Date(), "Created on: day of the first contact"),
    column("notes", Text(), "Notes: what buyers should know", null=True),
    Index("ix_suppliers_name", "name"),
    comment="Suppliers: firms that goods and services are bought from",
)
Table(
    "plants",
    METADATA,
    column("plant", String(4), "Plant: key", key=True),
    column(
        "company_code",
        String(4),
        "Company code: the plant's owner",
        to="company_codes.company_code",
    ),
    column("name", Text(), "Name: of the site"),
    column("city", Text(), "City: of the site"),
    comment="Plants: sites that goods are delivered to",
)
Table(
    "materials",
    METADATA,
    column("material", String(18), "Material: number with leading zeros", key=True),
    column("description_de", Text(), "German: description"),
    column("description_en", Text(), "English: description"),
    column("description_fr", Text(), "French: description"),
    column("material_group", String(12), "Material group: for spend reports"),
    column("unit", String(3), "Unit: EA piece, C hundred, M metre, PAK pack"),
    column("list_price", MONEY, "List price: in euro, for one unit"),
    column("weight_kg", Double(), "Weight: kilograms for one unit", null=True),
    column("is_hazardous", Boolean(), "Hazardous: needs a safety data sheet"),
    Index("ix_materials_group", "material_group"),
    comment="Materials: goods with a number, named in three languages",
)
Table(
    "accounts",
    METADATA,
    column("account", String(6), "Account: number", key=True),
    column("name", Text(), "Name: of the account"),
    column("is_balance_sheet", Boolean(), "Balance sheet: else profit and loss"),
    comment="Accounts: of the general ledger",
)
