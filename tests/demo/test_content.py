"""What stands in the demo: whole, consistent, described, believable."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest

from entrepot.demo import make_demo
from entrepot.migrations import ensure

TABLES = {
    "accounts",
    "company_codes",
    "cost_centres",
    "invoice_items",
    "invoices",
    "journal_entries",
    "journal_entry_lines",
    "materials",
    "payment_terms",
    "plants",
    "purchase_order_items",
    "purchase_orders",
    "service_entry_sheets",
    "suppliers",
}
VIEWS = {"open_order_items", "supplier_spend"}


def digest(path) -> str:
    """Return a hash of everything in a database, in its own words."""
    with closing(sqlite3.connect(path)) as db:
        dump = "\n".join(db.iterdump())
    return hashlib.sha256(dump.encode()).hexdigest()


def test_the_same_seed_makes_the_same_content(house, tmp_path):
    """Two runs with one seed are equal byte for byte; another seed differs."""
    ensure(house)
    home = house.home / "demo"

    one, two, other = (
        digest(make_demo(house, path=home / name, items=300, seed=seed).path)
        for name, seed in (("1.db", 7), ("2.db", 7), ("3.db", 8))
    )

    assert one == two
    assert one != other


def test_every_table_is_there_and_full(ask):
    """Fourteen tables, each with rows, and the two views."""
    names = dict(
        ask(
            "SELECT name, type FROM sqlite_master WHERE name NOT LIKE '\\_%'"
            " ESCAPE '\\' AND type IN ('table', 'view')"
        )
    )

    assert {n for n, kind in names.items() if kind == "view"} == VIEWS
    assert {n for n, kind in names.items() if kind == "table"} - TABLES <= {
        "sqlite_stat1",
        "sqlite_stat4",
    }
    assert all(ask(f"SELECT COUNT(*) FROM {name}") > [(0,)] for name in TABLES | VIEWS)


def test_as_many_items_as_asked_for(made, ask):
    """The number of order items is exact, and all rows together are what was said."""
    counts = {t: ask(f"SELECT COUNT(*) FROM {t}")[0][0] for t in TABLES}

    assert counts["purchase_order_items"] == 3_000
    described = ask("SELECT COUNT(*) FROM _entrepot_descriptions")[0][0]
    assert sum(counts.values()) + described == made.rows


@pytest.mark.parametrize(
    "wrongs",
    [
        """SELECT o.purchase_order FROM purchase_orders AS o
           JOIN purchase_order_items AS i USING (purchase_order) GROUP BY 1
           HAVING ROUND(100 * SUM(i.net_amount)) <> ROUND(100 * o.net_amount)""",
        """SELECT v.invoice FROM invoices AS v
           JOIN invoice_items AS i USING (invoice) GROUP BY 1
           HAVING ROUND(100 * SUM(i.net_amount)) <> ROUND(100 * v.net_amount)
               OR ROUND(100 * SUM(i.tax_amount)) <> ROUND(100 * v.tax_amount)""",
        """SELECT invoice FROM invoices
           WHERE ROUND(100 * (net_amount + tax_amount)) <> ROUND(100 * gross_amount)
              OR (status = 'paid') <> (paid_on IS NOT NULL)""",
        """SELECT journal_entry FROM journal_entry_lines GROUP BY 1
           HAVING ROUND(100 * SUM(amount)) <> 0 OR COUNT(*) < 2""",
        """SELECT i.purchase_order, i.item FROM purchase_order_items AS i
           JOIN service_entry_sheets AS s USING (purchase_order, item) GROUP BY 1, 2
           HAVING ROUND(100 * SUM(s.net_amount)) <> ROUND(100 * i.net_amount)""",
        """SELECT purchase_order, item FROM purchase_order_items
           WHERE ABS(net_amount - quantity * net_price) > 0.0050001
              OR delivered_quantity > quantity""",
        """SELECT invoice FROM invoices AS v WHERE (
             SELECT group_concat(document_type) FROM (
               SELECT document_type FROM journal_entries AS j
               WHERE j.invoice = v.invoice ORDER BY journal_entry)
           ) <> CASE WHEN paid_on IS NULL THEN 'RE' ELSE 'RE,ZP' END""",
    ],
    ids=[
        "order totals",
        "invoice totals",
        "gross",
        "balance",
        "sheets",
        "prices",
        "postings",
    ],
)
def test_the_numbers_agree(ask, wrongs):
    """Sums are their parts, entries balance, and what is paid is in the books."""
    assert ask(wrongs) == []


def test_the_file_is_sound(ask):
    """Foreign keys point at rows, and SQLite finds no fault."""
    assert ask("PRAGMA foreign_key_check") == []
    assert ask("PRAGMA integrity_check") == [("ok",)]


def test_everything_is_described(ask):
    """The whole, every table, every view and every column has a description."""
    described = {
        (t, c) for t, c, text in ask("SELECT * FROM _entrepot_descriptions") if text
    }
    columns = {
        (table, column)
        for table in TABLES
        for (column,) in ask(f"SELECT name FROM pragma_table_info('{table}')")
    }

    assert described == columns | {(n, "") for n in TABLES | VIEWS | {""}}


def test_row_counts_are_in_the_statistics(ask):
    """Each table has a row estimate, so nobody has to count."""
    known = {
        table: int(stat.split()[0])
        for table, stat in ask("SELECT tbl, stat FROM sqlite_stat1")
    }

    assert set(known) >= TABLES
    assert known["purchase_order_items"] == 3_000


def test_values_are_as_awkward_as_in_life(ask):
    """NULL beside blank, three languages, quotes, line breaks, leading zeros and +."""
    facts = """
      SELECT COUNT(*) FROM suppliers WHERE email IS NULL UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE name_2 = '' UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE name LIKE '%ü%' UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE name LIKE '%è%' UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE name LIKE '%Ltd' UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE phone LIKE '+%' UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE length(notes) > 200 UNION ALL
      SELECT COUNT(*) FROM suppliers WHERE postal_code LIKE '0%' UNION ALL
      SELECT COUNT(*) FROM materials WHERE material LIKE '0%' UNION ALL
      SELECT COUNT(*) FROM purchase_order_items
      WHERE long_text LIKE '%' || char(10) || '%'
      UNION ALL
      SELECT COUNT(*) FROM purchase_order_items WHERE short_text LIKE '%"%'
    """

    assert all(count > 0 for (count,) in ask(facts))
