"""How every dialect must write, for those who may."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from entrepot.base.deadline import Switch
from entrepot.base.errors import Denied, Invalid, Stopped, TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.connections import Change, Statement
from tests.contracts.dialect_bench import DialectBench
from tests.contracts.dialect_wall import SMUGGLED

COUNTED = (
    ("INSERT INTO {kept} (id, name) VALUES (3, 'new'), (4, 'new')", 2),
    ("INSERT INTO {kept} (id, name) VALUES (3, 'new') RETURNING id, name", 1),
    ("INSERT INTO {kept} SELECT id + 10, name FROM {kept} RETURNING 'RETURNING'", 2),
    ("UPDATE {kept} SET name = 'changed'", 2),
    ("UPDATE {kept} SET name = 'changed' WHERE id = 99", 0),
    ("UPDATE {kept} SET name = ' RETURNING ' WHERE id = 1 -- RETURNING", 1),
    ("DELETE FROM {kept} WHERE id = 1;", 1),
    ("DELETE FROM {kept} RETURNING name", 2),
    ("/* DELETE FROM other */ DELETE FROM {kept}", 2),
    ("INSERT INTO {kept} WITH n AS (SELECT 7 AS i) SELECT i, 'x' FROM n", 1),
)
DEFINING = (
    "CREATE TABLE {made} (id INTEGER)",
    "CREATE TABLE {made} AS SELECT 1 AS id",
    "ALTER TABLE {kept} ADD COLUMN more INTEGER",
    "DROP TABLE {kept}",
    "CREATE VIEW {made} AS SELECT 1 AS id",
)
OWN_TRANSACTIONS = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "/* x */ COMMIT",
    "-- x\nROLLBACK",
    ";COMMIT",
)
SEVERAL = (*SMUGGLED, "DELETE FROM {kept}; SELECT 1", "DELETE FROM {kept};;COMMIT")
FAILING = (
    "",
    "  ",
    ";",
    "-- nothing",
    "DELET FROM {kept}",
    "DELETE FROM nothing",
    "UPDATE {kept} SET nothing = 1",
    "INSERT INTO {kept} VALUES (1, 'again')",
    "INSERT INTO {kept} VALUES (3, 'x'), (1, 'again')",
)


class ChangeContract(DialectBench):
    """Writes, kept and undone."""

    undoes_definitions = True
    """A table that was made, altered or dropped can be undone."""

    def change(self, database, sql: str, *, keep: bool, **options) -> Change:
        """Run a statement without values."""
        statement = Statement(sql=sql)
        return database.change(statement, ReadOptions(**options), keep=keep)

    @pytest.mark.parametrize("keep", [False, True])
    def test_a_change_tells_its_table_and_rows(
        self, door, database, kept, keep, subtests
    ):
        """It is undone, or kept as if it had been run past us."""
        before = self.state(door)

        for sql, rows in COUNTED:
            with subtests.test(sql):
                change = self.change(database, sql.format(kept=kept), keep=keep)

                assert change == Change(
                    table=f"{self.schema}.kept", rows=rows, is_kept=keep, warnings=()
                )
                is_changed = keep and rows > 0
                assert (self.state(door) != before) is is_changed
                if is_changed:
                    self.renew(door)

    def test_definitions_are_undone_and_kept(self, door, database, kept, subtests):
        """Rows are not counted where tables come and go."""
        before = self.state(door)

        for definition in DEFINING if self.undoes_definitions else ():
            with subtests.test(definition):
                sql = definition.format(kept=kept, made=self.at("made"))
                tried = self.change(database, sql, keep=False)
                undone = self.state(door)
                done = self.change(database, sql, keep=True)

                name = "kept" if "kept" in sql else "made"
                assert (tried.table, tried.rows) == (f"{self.schema}.{name}", None)
                assert (done.table, done.rows) == (tried.table, None)
                assert done.is_kept
                assert undone == before
                assert self.state(door) != before
                self.renew(door)

    def test_a_change_takes_bound_values(self, door, database, kept):
        """As reading does, in the places that our own statements use."""
        key, name = sa.column("id"), sa.column("name")
        table = sa.table("kept", key, name, schema=self.schema)
        update = sa.update(table).where(key == 1).values(name="; DROP TABLE kept")

        change = database.change(self.compiled(update), ReadOptions(), keep=True)

        assert change.rows == 1
        assert door(f"SELECT name FROM {kept} ORDER BY id") == [
            ("; DROP TABLE kept",),
            ("two",),
        ]

    def test_a_statement_that_only_reads_changes_nothing(self, door, database, kept):
        """It names no table, counts no rows, and its rows go nowhere."""
        before = self.state(door)

        change = self.change(database, f"SELECT * FROM {kept}", keep=True)

        assert change == Change(table="", rows=None, is_kept=True)
        assert self.state(door) == before

    def test_what_is_read_after_a_change_is_new(self, database, kept):
        """The pool's connections see it."""
        assert self.rows(database, f"SELECT count(*) AS c FROM {kept}") == [[2]]

        self.change(database, f"DELETE FROM {kept}", keep=True)

        assert self.rows(database, f"SELECT count(*) AS c FROM {kept}") == [[0]]

    def test_the_wall_stands_after_a_change(self, door, database, kept):
        """Reading does not write, though a moment ago the same database did."""
        self.change(database, f"UPDATE {kept} SET name = 'x'", keep=True)

        with pytest.raises(Denied):
            self.rows(database, f"DELETE FROM {kept}")

        database.close()
        assert len(door(f"SELECT * FROM {kept}")) == 2

    @pytest.mark.parametrize("keep", [False, True])
    def test_several_statements_change_nothing(
        self, door, database, kept, keep, subtests
    ):
        """One statement runs, and none of several."""
        before = self.state(door)

        for sql in SEVERAL:
            with subtests.test(sql):
                with pytest.raises((Invalid, Denied)):
                    self.change(database, sql.format(kept=kept), keep=keep)
                assert self.state(door) == before

    @pytest.mark.parametrize("keep", [False, True])
    def test_transactions_are_not_the_statements_own(
        self, database, kept, keep, subtests
    ):
        """What is kept is said beside the statement, not in it."""
        for sql in OWN_TRANSACTIONS:
            with subtests.test(sql), pytest.raises((Denied, Invalid)):
                self.change(database, sql, keep=keep)

    def test_a_change_that_fails_changes_nothing(self, door, database, kept, subtests):
        """The mistake is the asker's, and the next change works."""
        before = self.state(door)

        for sql in FAILING:
            with subtests.test(sql):
                with pytest.raises(Invalid):
                    self.change(database, sql.format(kept=kept), keep=True)
                assert self.state(door) == before

                delete = f"DELETE FROM {kept}"
                assert self.change(database, delete, keep=False).rows == 2

    def test_a_change_is_limited_in_time(self, door, database, kept):
        """It is undone within two seconds of its limit."""
        sql = f"INSERT INTO {kept} SELECT 3, c FROM ({self.slow}) AS s"
        before = self.state(door)
        started = time.monotonic()

        with pytest.raises(TimedOut):
            self.change(database, sql, keep=True, seconds=0.5)

        assert time.monotonic() - started < 10
        assert self.state(door) == before

    @pytest.mark.parametrize("after_seconds", [0.0, 0.3])
    def test_a_switch_undoes_a_change(self, door, database, kept, after_seconds):
        """Within two seconds; nothing is left behind, and the next change works."""
        sql = f"INSERT INTO {kept} SELECT 3, c FROM ({self.slow}) AS s"
        before = self.state(door)
        switch = Switch()
        timer = threading.Timer(after_seconds, switch.pull)
        started = time.monotonic()
        timer.start()

        with pytest.raises(Stopped):
            self.change(database, sql, keep=True, switch=switch)

        timer.join()
        assert time.monotonic() - started < after_seconds + 2
        assert self.state(door) == before
        assert self.change(database, f"DELETE FROM {kept}", keep=True).rows == 2

    def test_a_change_takes_nothing_of_the_pool(self, database, kept):
        """However many come, readers have their connections."""
        for n in range(5):
            self.change(database, f"UPDATE {kept} SET name = '{n}'", keep=n == 4)

        assert self.rows(database, f"SELECT name FROM {kept}") == [["4"], ["4"]]
