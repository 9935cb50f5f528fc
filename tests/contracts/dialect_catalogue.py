"""What every dialect must tell of schemas, tables and structure."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from entrepot.base.errors import NotThere, Refused, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections import Target, open_target
from tests.contracts.dialect_bench import DialectBench

ODD_NAMES = (
    "with space",
    'qu"ote',
    "apo'strophe",
    "do.t",
    "per%cent",
    "percent%s",
    "percent%(x)s",
    "co:lon",
    "que?stion",
    "dollar$1",
    "ünï漢🙂",
    "UPPER",
    "select",
)


class CatalogueContract(DialectBench):
    """Schemas, tables, structure."""

    odd_names = ODD_NAMES

    def test_it_says_what_it_is(self, database):
        """The greeting names the product and its version."""
        greeting = database.greet()

        assert greeting.server.startswith(self.product)
        assert any(c.isdigit() for c in greeting.server)
        assert 0 < greeting.seconds < 30

    def test_opening_is_lazy(self):
        """A bad address fails at the first use, in seconds, as a kind."""
        target = Target(name="nowhere", dialect=self.name, url=self.nowhere)
        database = open_target(target)
        started = time.monotonic()

        with pytest.raises((Unavailable, Refused)):
            database.greet()
        assert time.monotonic() - started < 15

    def test_schemas_are_listed(self, database, kept):
        """The tests' schema is there, with its tables counted; no system schema is."""
        schemas = {s.name: s.table_count for s in database.list_schemas()}

        assert schemas[self.schema] == 1
        assert not {"pg_catalog", "information_schema", "temp"} & set(schemas)

    def test_tables_and_views_are_listed(self, door, database, kept):
        """Tables and views come sorted, with their type."""
        door(f"CREATE VIEW {self.at('a view')} AS SELECT id FROM {kept}")

        tables = [(t.name, t.type) for t in database.list_tables(self.schema)]

        assert tables == [("a view", "view"), ("kept", "table")]

    def test_unknown_schema_is_not_there(self, database, kept):
        """The error names the schemas that are."""
        with pytest.raises(NotThere) as caught:
            database.list_tables("nowhere")

        assert self.schema in caught.value.facts["known"]

    def test_unknown_table_is_not_there(self, database, kept, subtests):
        """The error names the tables that are."""
        for name in ("nothing", "kept'--", "", "k%t"):
            with subtests.test(name):
                with pytest.raises(NotThere) as caught:
                    database.describe(self.schema, name)
                assert caught.value.facts["known"] == ["kept"]

    def test_structure_is_complete(self, door, database, kept):
        """Columns, keys, indexes and defaults are as declared."""
        door(
            f"CREATE TABLE {self.at('child')} (a INTEGER NOT NULL, b INTEGER NOT NULL,"
            f" kept_id INTEGER REFERENCES {kept} (id),"
            f" label {self.text_type} DEFAULT 'x', PRIMARY KEY (b, a))"
        )
        door(f"CREATE INDEX by_label ON {self.at('child')} (label, a)")

        child = database.describe(self.schema, "child")

        assert [(c.name, c.position, c.kind, c.nullable) for c in child.columns] == [
            ("a", 1, "integer", False),
            ("b", 2, "integer", False),
            ("kept_id", 3, "integer", True),
            ("label", 4, "text", True),
        ]
        assert [c.primary_key for c in child.columns] == [True, True, False, False]
        assert child.key == ("b", "a")
        assert "x" in (child.columns[3].default or "")
        [key] = child.foreign_keys
        assert (key.columns, key.schema, key.table) == (
            ("kept_id",),
            self.schema,
            "kept",
        )
        assert key.target_columns == ("id",)
        indexes = {i.name: (i.columns, i.is_unique) for i in child.indexes}
        assert indexes["by_label"] == (("label", "a"), False)

    def test_table_without_key_has_a_row_key(self, door, database):
        """What it names can be selected and sorted by; a view has none."""
        door(f"CREATE TABLE {self.at('heap')} (a INTEGER, b INTEGER)")
        door(f"INSERT INTO {self.at('heap')} VALUES (1, 2), (1, 2)")
        door(f"CREATE VIEW {self.at('seen')} AS SELECT a FROM {self.at('heap')}")

        heap = database.describe(self.schema, "heap")
        view = database.describe(self.schema, "seen")

        key = heap.row_key
        sql = f"SELECT a, {key} AS k FROM {self.at('heap')} ORDER BY {key}"
        assert heap.key == ()
        assert len({row[1] for row in self.rows(database, sql)}) == 2
        assert (view.key, view.row_key) == ((), "")
        assert "select" in view.definition.lower()

    def test_unique_column_without_nulls_is_a_key(self, door, database):
        """It stands in for a missing primary key; a nullable one does not."""
        door(
            f"CREATE TABLE {self.at('u')} (maybe INTEGER UNIQUE,"
            " sure INTEGER NOT NULL UNIQUE, x INTEGER)"
        )

        assert database.describe(self.schema, "u").key == ("sure",)

    def test_odd_names_are_kept(self, door, database):
        """Tables and columns of any name are listed, described and read."""
        quoted = [self.quote(name) for name in self.odd_names]
        columns = ", ".join(f"{name} INTEGER" for name in quoted)
        values = ", ".join(str(n) for n in range(len(self.odd_names)))
        for name in self.odd_names:
            door(
                f"CREATE TABLE {self.at(name)} ({columns})",
                f"INSERT INTO {self.at(name)} VALUES ({values})",
            )

        names = [t.name for t in database.list_tables(self.schema)]

        assert names == sorted(self.odd_names)
        for name in self.odd_names:
            found = database.describe(self.schema, name)
            assert [c.name for c in found.columns] == list(self.odd_names)
            columns = [sa.column(c) for c in self.odd_names]
            table = sa.table(name, *columns, schema=self.schema)
            select = self.compiled(sa.select(table).where(columns[3] >= 3))
            with database.read(select, ReadOptions()) as stream:
                [batch] = list(stream.batches)
            assert batch.schema.names == list(self.odd_names)
            assert [c[0].as_py() for c in batch.columns] == list(
                range(len(self.odd_names))
            )
