"""What an SQLite file says about its tables."""

from __future__ import annotations

import pytest

from entrepot.connections import ForeignKey, Index, Schema, Table
from tests.connections.dialects.sqlite_files import make, opened

SCRIPT = """
CREATE TABLE supplier (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, code TEXT);
CREATE UNIQUE INDEX by_code ON supplier (code);
CREATE UNIQUE INDEX some_names ON supplier (name) WHERE code IS NOT NULL;
CREATE INDEX by_lower ON supplier (lower(name), code);
CREATE TABLE "order item" (
    order_id INTEGER NOT NULL, line INTEGER NOT NULL, supplier_id REFERENCES supplier,
    price DECIMAL(12,3) NOT NULL DEFAULT 0, quantity REAL,
    total REAL AS (price * quantity), kept REAL AS (price) STORED,
    PRIMARY KEY (line, order_id)
) WITHOUT ROWID;
CREATE TABLE loose (a TEXT PRIMARY KEY, b TEXT);
CREATE TABLE "row" (rowid TEXT, oid TEXT);
CREATE VIEW cheap AS SELECT * FROM "order item" WHERE price < 1;
CREATE VIEW broken AS SELECT * FROM gone;
CREATE VIRTUAL TABLE found USING fts5(title, body);
CREATE TABLE _entrepot_descriptions (table_name, column_name, description);
INSERT INTO _entrepot_descriptions VALUES
    ('', '', 'All we buy'), ('supplier', '', 'Who sells'), ('supplier', 'code', 'DUNS');
INSERT INTO supplier VALUES (1, 'A', 'a'), (2, 'B', 'b'), (3, 'C', 'c');
ANALYZE;
"""


@pytest.fixture
def database(tmp_path):
    """A file with a table of every sort."""
    make(tmp_path / "shop.db", SCRIPT)
    return opened(tmp_path / "shop.db")


def test_the_schema_is_described(database):
    """One schema, with its description and its tables counted."""
    assert database.list_schemas() == [
        Schema(name="main", description="All we buy", table_count=7)
    ]


def test_tables_of_every_sort_are_listed(database):
    """Sorted; without SQLite's own, shadow tables and the descriptions."""
    counted = Table(name="supplier", type="table", row_count=3, description="Who sells")
    assert database.list_tables("main") == [
        Table(name="broken", type="view"),
        Table(name="cheap", type="view"),
        Table(name="found", type="virtual table"),
        Table(name="loose", type="table"),
        Table(name="order item", type="table"),
        Table(name="row", type="table"),
        counted,
    ]


def test_keys_are_what_names_a_row(database):
    """Primary keys that cannot be null; else the row's number under a free name."""
    tables = {t.name for t in database.list_tables("main")} - {"broken"}
    found = {name: database.describe("main", name) for name in tables}

    assert {name: (s.key, s.row_key) for name, s in found.items()} == {
        "supplier": (("id",), ""),
        "order item": (("line", "order_id"), ""),
        "loose": ((), "rowid"),
        "row": ((), "_rowid_"),
        "cheap": ((), ""),
        "found": ((), "rowid"),
    }


def test_columns_are_described(database):
    """Generated columns are there, hidden ones of virtual tables are not."""
    item = database.describe("main", "order item").columns
    found = database.describe("main", "found").columns
    code = database.describe("main", "supplier").columns[2]

    assert [(c.name, c.position, c.kind, c.nullable) for c in item] == [
        ("order_id", 1, "integer", False),
        ("line", 2, "integer", False),
        ("supplier_id", 3, "other", True),
        ("price", 4, "decimal", False),
        ("quantity", 5, "number", True),
        ("total", 6, "number", True),
        ("kept", 7, "number", True),
    ]
    assert (item[3].precision, item[3].scale, item[3].default) == (12, 3, "0")
    assert [c.name for c in found] == ["title", "body"]
    assert (code.description, code.primary_key) == ("DUNS", False)


def test_indexes_and_foreign_keys_are_described(database):
    """A foreign key without columns points at the primary key."""
    supplier = database.describe("main", "supplier")
    item = database.describe("main", "order item")

    assert set(supplier.indexes) == {
        Index(name="by_lower", columns=("(expression)", "code")),
        Index(name="some_names", columns=("name",), is_unique=True),
        Index(name="by_code", columns=("code",), is_unique=True),
    }
    assert item.foreign_keys == (
        ForeignKey(
            columns=("supplier_id",),
            schema="main",
            table="supplier",
            target_columns=("id",),
        ),
    )
    assert item.definition.startswith('CREATE TABLE "order item" (')


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("BIGINT", "integer"),
        ("VARCHAR(3)", "text"),
        ("FLOAT", "number"),
        ("double precision", "number"),
        ("NUMBER(10)", "decimal"),
        ("MONEY", "decimal"),
        ("bool", "boolean"),
        ("date", "date"),
        ("timestamp with time zone", "datetime"),
        ("TIME", "time"),
        ("LONGBLOB", "bytes"),
        ("JSON", "text"),
        ("GEOMETRY", "other"),
    ],
)
def test_kinds_follow_the_declared_type(tmp_path, declared, kind):
    """By SQLite's own rules, and by the words for dates and truth values."""
    make(tmp_path / "a.db", f"CREATE TABLE t (c {declared})")

    [column] = opened(tmp_path / "a.db").describe("main", "t").columns

    assert (column.type, column.kind) == (declared, kind)
