"""All tables and views of the demo, and what each of them means."""

from __future__ import annotations

from sqlalchemy import Table, Text

from entrepot.demo import master_tables, movement_tables
from entrepot.demo.schema import METADATA, column

PLACES = (master_tables, movement_tables)
"""Importing these has filled `METADATA`."""

ABOUT = (
    "Procure to pay (demo): what four made-up companies ordered, received, were "
    "invoiced for and paid in three years"
)

Table(
    "_entrepot_descriptions",
    METADATA,
    column("table_name", Text(), "Table: blank for the whole", key=True),
    column("column_name", Text(), "Column: blank for the table", key=True),
    column("description", Text(), "Description: for people"),
    comment="Descriptions: of tables and columns",
)

VIEWS = {
    "open_order_items": (
        "Open order items: what suppliers still owe",
        """
        CREATE VIEW open_order_items AS
        SELECT i.purchase_order, i.item, o.ordered_on, o.supplier,
               s.name AS supplier_name, i.short_text, i.delivery_on,
               ROUND(i.quantity - i.delivered_quantity, 3) AS open_quantity,
               i.unit, i.currency
        FROM purchase_order_items AS i
        JOIN purchase_orders AS o ON o.purchase_order = i.purchase_order
        JOIN suppliers AS s ON s.supplier = o.supplier
        WHERE NOT i.is_completed
        """,
    ),
    "supplier_spend": (
        "Supplier spend: net amounts invoiced, by supplier, year and currency",
        """
        CREATE VIEW supplier_spend AS
        SELECT s.supplier, s.name, s.country, substr(v.invoiced_on, 1, 4) AS year,
               v.currency, COUNT(*) AS invoices,
               ROUND(SUM(v.net_amount), 2) AS net_amount
        FROM invoices AS v
        JOIN suppliers AS s ON s.supplier = v.supplier
        GROUP BY s.supplier, s.name, s.country, year, v.currency
        """,
    ),
}
"""Views by name: what each says, and its statement."""


def descriptions() -> list[tuple[str, str, str]]:
    """Return (table, column, description); blank names are the whole and the table."""
    said = [("", "", ABOUT)]
    for table in METADATA.sorted_tables:
        if not table.name.startswith("_"):
            said.append((table.name, "", table.comment or ""))
            said += [(table.name, c.name, c.comment or "") for c in table.columns]
    return said + [(name, "", comment) for name, (comment, _) in VIEWS.items()]
