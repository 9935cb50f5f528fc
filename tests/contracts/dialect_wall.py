"""What no dialect may let happen: writes, waits without end, lost connections."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from entrepot.base.deadline import Switch
from entrepot.base.errors import Denied, Invalid, Stopped, TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement
from tests.contracts.dialect_bench import DialectBench

WRITES = (
    "DELETE FROM {kept}",
    "INSERT INTO {kept} VALUES (3, 'new')",
    "INSERT INTO {kept} VALUES (3, 'new') RETURNING id",
    "UPDATE {kept} SET name = 'changed'",
    "DROP TABLE {kept}",
    "CREATE TABLE {made} (id INTEGER)",
    "CREATE TABLE {made} AS SELECT 1 AS id",
    "ALTER TABLE {kept} ADD COLUMN more INTEGER",
    "CREATE VIEW {made} AS SELECT 1 AS id",
    "WITH gone AS (SELECT 1) DELETE FROM {kept}",
    "/* SELECT */ DELETE FROM {kept}",
    "-- SELECT\nDELETE FROM {kept}",
)
SMUGGLED = (
    "SELECT 1; DELETE FROM {kept}",
    "COMMIT; DELETE FROM {kept}",
    "ROLLBACK; DELETE FROM {kept}",
    "SELECT 1 -- x\n; DELETE FROM {kept}",
)
BAD = (
    "SELEC 1",
    "SELECT nothing FROM {kept}",
    "SELECT * FROM nothing",
    "SELECT (",
    "SELECT 'open",
    "",
    "  ",
    "-- nothing",
    ";",
)


class WallContract(DialectBench):
    """Writes, time, the pool."""

    writes = WRITES

    def dawdle(self, database, statement: Statement, seconds: float) -> None:
        """Read row by row, resting after each."""
        options = ReadOptions(seconds=0.5, batch_rows=1)
        with database.read(statement, options) as stream:
            for _ in stream.batches:
                time.sleep(seconds)

    def fail_within(self, database, statement: Statement) -> None:
        """Read a batch, then fail as a caller may."""
        with database.read(statement, ReadOptions(batch_rows=10)) as stream:
            next(stream.batches)
            raise ZeroDivisionError

    def test_writes_are_denied(self, door, database, kept, subtests):
        """Nothing has changed, though each would have worked past the wall."""
        before = self.state(door)

        for write in self.writes:
            with subtests.test(write):
                sql = write.format(kept=kept, made=self.at("made"))
                with pytest.raises(Denied):
                    self.rows(database, sql)
                database.close()
                assert self.state(door) == before

                door(sql)
                assert self.state(door) != before
                self.renew(door)

    def test_second_statements_are_refused(self, door, database, kept, subtests):
        """Only one statement runs, and none of several."""
        before = self.state(door)

        for sql in SMUGGLED:
            with subtests.test(sql):
                with pytest.raises((Denied, Invalid)):
                    self.rows(database, sql.format(kept=kept))
                database.close()
                assert self.state(door) == before

    def test_bad_sql_is_invalid(self, database, kept, subtests):
        """The mistake is the asker's, and the next statement works."""
        for sql in BAD:
            with subtests.test(sql):
                with pytest.raises(Invalid):
                    self.rows(database, sql.format(kept=kept))
                assert self.rows(database, f"SELECT count(*) AS c FROM {kept}") == [[2]]

    def test_time_is_limited(self, database, kept):
        """A slow statement ends soon after its limit."""
        started = time.monotonic()

        with pytest.raises(TimedOut):
            self.rows(database, self.slow, seconds=0.5)

        assert 0.4 < time.monotonic() - started < 10
        assert self.rows(database, f"SELECT count(*) AS c FROM {kept}") == [[2]]

    def test_a_switch_ends_a_statement(self, database, kept):
        """Within two seconds, and the next statement works."""
        switch = Switch()
        started = time.monotonic()
        threading.Timer(0.3, switch.pull).start()

        with pytest.raises(Stopped):
            self.rows(database, self.slow, seconds=20, switch=switch)

        assert 0.2 < time.monotonic() - started < 10
        assert self.rows(database, f"SELECT count(*) AS c FROM {kept}") == [[2]]

    def test_a_slow_reader_runs_out_of_time(self, database, many):
        """The limit is on the whole read, not on each piece of it."""
        sql = Statement(sql=f"SELECT * FROM {many}")
        started = time.monotonic()

        with pytest.raises(TimedOut):
            self.dawdle(database, sql, 0.01)

        assert time.monotonic() - started < 10

    def test_leaving_early_gives_the_connection_back(self, database, many):
        """More half-read results than the pool has connections do not block it."""
        for _ in range(5):
            sql = Statement(sql=f"SELECT * FROM {many} ORDER BY id")
            with database.read(sql, ReadOptions(batch_rows=100)) as stream:
                assert next(stream.batches).num_rows == 100

        assert self.rows(database, f"SELECT count(*) AS c FROM {many}") == [[20_000]]

    def test_failing_readers_give_the_connection_back(self, database, many):
        """An error of the caller's own passes through, and leaves nothing behind."""
        sql = Statement(sql=f"SELECT * FROM {many}")
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                self.fail_within(database, sql)

        assert self.rows(database, "SELECT 1 AS a") == [[1]]

    def test_threads_read_at_once(self, database, many):
        """More threads than connections all get their own rows."""

        def read(n: int) -> list[list[object]]:
            return self.rows(
                database, f"SELECT id FROM {many} WHERE id % 8 = {n} ORDER BY id"
            )

        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(read, range(8)))

        assert results == [[[i] for i in range(n, 20_000, 8)] for n in range(8)]

    def test_closing_lets_go(self, database, kept):
        """A closed database opens again at the next use."""
        self.rows(database, "SELECT 1 AS a")
        database.close()

        assert self.rows(database, f"SELECT count(*) AS c FROM {kept}") == [[2]]
