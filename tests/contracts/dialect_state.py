"""How every dialect must show one state to several statements, and tell of changes."""

from __future__ import annotations

import pytest

from entrepot.base.rows import ReadOptions
from entrepot.connections import TableQuery, select_rows, sql_dialect
from tests.contracts.dialect_bench import DialectBench


class StateContract(DialectBench):
    """Snapshots and marks."""

    is_shared = True
    """Others may write to the database while it is read."""

    @pytest.mark.parametrize("killable", [False, True])
    def test_statements_of_a_snapshot_see_one_state(
        self, door, database, kept, killable
    ):
        """What others commit between two statements, neither sees; the next ones do."""
        options = ReadOptions(killable=killable)
        table = self.whole(database, "kept")
        with database.snapshot(options) as snapshot:
            before = self.rows(snapshot, table, killable=killable)
            self.write(door, f"INSERT INTO {kept} VALUES (3, 'three')")
            after = self.rows(snapshot, table, killable=killable)
        now = self.rows(database, table, killable=killable)

        assert before == after == [[1, "one"], [2, "two"]]
        assert now == before + ([[3, "three"]] if self.is_shared else [])

    def test_a_mark_changes_with_the_rows(self, door, database, kept):
        """It stays the same while only readers come, and differs after a commit."""
        first = database.mark()
        self.rows(database, f"SELECT * FROM {kept}")
        same = database.mark()
        database.close()
        door(f"INSERT INTO {kept} VALUES (3, 'three')")

        assert first is not None
        assert first == same
        assert database.mark() != first

    def whole(self, database, table):
        """Return the statement that the product makes of a whole table."""
        structure = database.describe(self.schema, table)
        query = TableQuery(schema=self.schema, table=table)
        sql = sql_dialect(self.name)
        return select_rows(sql, structure, query, is_page=False)

    def write(self, door, sql):
        """Commit a statement, where the database lets others write now."""
        if self.is_shared:
            door(sql)
