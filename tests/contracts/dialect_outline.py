"""How every dialect must tell the structure of all its tables at once."""

from __future__ import annotations

import dataclasses
import time

import pytest

from entrepot.base.errors import NotThere
from tests.contracts.dialect_bench import DialectBench

TABLES, COLUMNS = 50, 100
SECONDS = 5.0
"""Ten times what it takes; benchmarks say how long that is."""


class OutlineContract(DialectBench):
    """The outline that completion and hints are made of."""

    def test_an_outline_tells_what_describing_each_table_does(
        self, door, database, kept
    ):
        """But for indexes, searches, definitions and counts, which it may leave out."""
        door(
            f"CREATE TABLE {self.at('child')} (b INTEGER NOT NULL, a INTEGER NOT NULL,"
            f" kept_id INTEGER REFERENCES {kept} (id), label VARCHAR(9) DEFAULT 'x',"
            " PRIMARY KEY (b, a))"
        )
        door(f"CREATE TABLE {self.at('heap')} (x DECIMAL(9,2))")
        door(f"CREATE TABLE {self.at('odd')} (u INTEGER NOT NULL UNIQUE)")
        door(f"CREATE VIEW {self.at('a view')} AS SELECT id FROM {kept}")

        outline = [_bare(found) for found in database.outline(self.schema)]

        names = ["a view", "child", "heap", "kept", "odd"]
        described = [database.describe(self.schema, name) for name in names]
        assert outline == [_bare(found) for found in described]
        assert [len(found.foreign_keys) for found in outline] == [0, 1, 0, 0, 0]

    def test_an_empty_schema_has_an_empty_outline(self, database):
        """It is no error that nothing is there."""
        assert database.outline(self.schema) == []

    def test_an_unknown_schema_has_no_outline(self, database, kept):
        """The error names the schemas that are."""
        with pytest.raises(NotThere) as caught:
            database.outline("nowhere")

        assert self.schema in caught.value.facts["known"]

    @pytest.mark.fault
    def test_an_outline_of_many_columns_is_quick(self, door, database):
        """Five thousand of them are not asked for table by table."""
        columns = ", ".join(f"column_{n} INTEGER" for n in range(COLUMNS))
        tables = [self.at(f"table_{n:02}") for n in range(TABLES)]
        door(*(f"CREATE TABLE {table} ({columns})" for table in tables))

        started = time.monotonic()
        outline = database.outline(self.schema)

        assert time.monotonic() - started < SECONDS
        assert sum(len(found.columns) for found in outline) == TABLES * COLUMNS


def _bare(structure):
    """Return a structure without what an outline may leave out."""
    table = dataclasses.replace(structure.table, row_count=None)
    left_out = {"indexes": (), "searches": (), "definition": ""}
    return dataclasses.replace(structure, table=table, **left_out)
