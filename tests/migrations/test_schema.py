"""The history makes exactly what the models say, on both databases."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from importlib import import_module

import pytest
from sqlalchemy import create_engine, inspect, text

from entrepot.base.store import Model
from entrepot.migrations import import_models
from entrepot.operations import migrate, roll_back

STEP = "entrepot.migrations.versions.0004_entities"

ENTITIES = (
    "categories",
    "configurations",
    "icons",
    "jobs",
    "product_images",
    "product_metafields",
    "products",
    "sync_history",
    "system_logs",
)


@pytest.fixture
def from_models(request, both, tmp_path):
    """An engine of a second database, made from the models alone."""
    url = both.store.url
    if url.get_backend_name() == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
        import_models().metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgresql")
    server.run("CREATE DATABASE from_models OWNER entrepot_tests")
    engine = create_engine(url.set(database="from_models"))
    import_models().metadata.create_all(engine)
    yield engine
    engine.dispose()
    server.run("DROP DATABASE from_models WITH (FORCE)")


def schemas(engine) -> dict[str, object]:
    """Return what the database says of every table of the models."""
    tables = sorted(import_models().metadata.tables)
    return {table: schema(engine, table) for table in tables}


def schema(engine, table) -> dict[str, object]:
    """Return everything the database says of a table, in an order of ours."""
    found = inspect(engine)

    def named(things):
        for thing in things:
            options = thing.get("dialect_options", {})
            thing["dialect_options"] = {k: str(v) for k, v in options.items()}
        return {thing["name"]: sorted(thing.items()) for thing in things}

    return {
        "columns": {
            c["name"]: (
                str(c["type"]),
                getattr(c["type"], "collation", None),
                c["nullable"],
                c["default"],
            )
            for c in found.get_columns(table)
        },
        "key": found.get_pk_constraint(table)["constrained_columns"],
        "indexes": named(found.get_indexes(table)),
        "unique": named(found.get_unique_constraints(table)),
        "checks": named(found.get_check_constraints(table)),
        "foreign keys": named(found.get_foreign_keys(table)),
    }


def test_the_history_makes_what_the_models_say(both, from_models):
    """Types, defaults, constraints, deletes and the conditions of indexes too."""
    assert schemas(both.store.engine) == schemas(from_models)


def test_the_comparison_sees_a_condition(both, from_models):
    """An index without its condition is another one."""
    with from_models.begin() as connection:
        connection.execute(text("DROP INDEX ix_products_name"))
        connection.execute(text("CREATE INDEX ix_products_name ON products (name)"))

    there, here = schema(both.store.engine, "products"), schema(from_models, "products")
    assert there.pop("indexes") != here.pop("indexes")
    assert there == here


@pytest.mark.parametrize("table", ENTITIES)
def test_no_index_is_there_twice(table):
    """Each set of columns and condition has one index, named after its columns."""
    import_models()
    indexes = [
        (
            index.name,
            tuple(index.columns.keys()),
            str(index.dialect_options["sqlite"]["where"]),
        )
        for index in Model.metadata.tables[table].indexes
    ]

    assert len({(columns, where) for _, columns, where in indexes}) == len(indexes)
    for name, columns, _ in indexes:
        assert name in (f"ix_{table}_{'_'.join(columns)}", f"uq_{table}_is_featured")


def test_the_first_rows_are_planted(both):
    """Four roots with the ids 1 to 4, and the documents' configurations."""
    with both.store.read_session() as session:
        roots = session.execute(
            text("SELECT id, name, slug, path, level FROM categories ORDER BY id")
        )
        kept = session.execute(text("SELECT key, value, data_type FROM configurations"))
        found = {row.key: (row.value, row.data_type) for row in kept}
        assert [tuple(row) for row in roots] == [
            (1, "Office Supplies", "office-supplies", "/1/", 0),
            (2, "Technology", "technology", "/2/", 0),
            (3, "Furniture", "furniture", "/3/", 0),
            (4, "Stationery", "stationery", "/4/", 0),
        ]
    value, _ = found.pop("system.initialized_at")
    assert value.endswith("Z")
    assert found == {
        "system.version": ("1.0.0", "string"),
        "sync.auto_sync_enabled": ("false", "boolean"),
        "sync.batch_size": ("100", "integer"),
        "sync.retry_attempts": ("3", "integer"),
        "icons.default_style": ("modern", "string"),
        "icons.default_color": ("#3B82F6", "string"),
        "icons.default_size": ("128", "integer"),
        "icons.batch_size": ("5", "integer"),
        "shopify.rate_limit_delay": ("0.5", "float"),
        "jobs.default_timeout": ("3600", "integer"),
        "jobs.retention_days": ("30", "integer"),
        "logging.level": ("INFO", "string"),
        "logging.retention_days": ("90", "integer"),
    }


def test_the_step_goes_back_and_comes_again(both):
    """Down to the step before and up again: the same tables, the same first rows."""

    before = {table: schema(both.store.engine, table) for table in ENTITIES}
    roll_back(both, "0003", accept_losses=True)
    assert set(ENTITIES).isdisjoint(inspect(both.store.engine).get_table_names())
    migrate(both)

    assert {table: schema(both.store.engine, table) for table in ENTITIES} == before
    with both.store.read_session() as session:
        ids = session.execute(text("SELECT id FROM categories ORDER BY id"))
        assert [row.id for row in ids] == [1, 2, 3, 4]


def test_the_step_can_be_written_as_a_script(tmp_path):
    """Whole statements, also for the first rows: another program can run them."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    script = io.StringIO()
    options = {"as_sql": True, "output_buffer": script}
    context = MigrationContext.configure(dialect_name="sqlite", opts=options)
    with Operations.context(context):
        import_module(STEP).upgrade()
    with closing(sqlite3.connect(tmp_path / "by-hand.db")) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
        connection.executescript(script.getvalue())
        roots = connection.execute("SELECT id, path FROM categories").fetchall()
        kept = connection.execute("SELECT count(*) FROM configurations").fetchall()

    assert roots == [(1, "/1/"), (2, "/2/"), (3, "/3/"), (4, "/4/")]
    assert kept == [(14,)]


QUERIES = {
    "ix_products_name": "SELECT id FROM products WHERE {active} AND name = 'p7'",
    "ix_products_category_id_name": "SELECT id FROM products WHERE status = 'active' "
    "AND category_id = 1 AND name = 'p7'",
    "ix_products_updated_at": "SELECT id FROM products "
    "WHERE shopify_product_id IS NULL ORDER BY updated_at LIMIT 5",
    "ix_products_shopify_product_id": "SELECT id FROM products "
    "WHERE shopify_product_id = 's7'",
    "ix_categories_path": "SELECT id FROM categories "
    "WHERE path >= '/1/7/' AND path < '/1/70'",
    "uq_products_sku": "SELECT id FROM products WHERE sku = 'P7'",
}


def test_the_planner_takes_the_index(both):
    """Each question its own, over four thousand rows, with fresh statistics."""
    with both.store.session() as session:
        fill(session)
        session.execute(text("ANALYZE"))
        plans = {index: plan_of(session, sql) for index, sql in QUERIES.items()}

    if both.store.url.get_backend_name() == "sqlite":
        plans["sqlite_autoindex_products_1"] = plans.pop("uq_products_sku")
    assert [index for index, plan in plans.items() if index not in plan] == []


def plan_of(session, sql: str) -> str:
    """Return how the database would answer, in its own words."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    how = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    sql = sql.format(active="is_active = 1" if is_sqlite else "is_active")
    return " ".join(str(tuple(row)) for row in session.execute(text(how + sql)))


def fill(session) -> None:
    """Make four thousand products, few of them active or new, and categories."""
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
    )
    session.execute(
        text(
            "INSERT INTO products (sku, name, price, category_id, status, is_active, "
            f"shopify_product_id) {numbers} SELECT 'P' || i, 'p' || i, i, i % 4 + 1, "
            "CASE WHEN i % 50 = 0 THEN 'active' WHEN i % 50 = 1 THEN 'archived' "
            "ELSE 'draft' END, i % 2 = 0, "
            "CASE WHEN i % 20 = 0 THEN NULL ELSE 's' || i END FROM n"
        )
    )
    session.execute(
        text(
            f"INSERT INTO categories (name, slug, path, level) {numbers} "
            "SELECT 'c' || i, 'c' || i, '/1/' || i || '/', 1 FROM n"
        )
    )
