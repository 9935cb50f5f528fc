"""How every dialect must tell how it would run a statement."""

from __future__ import annotations

import threading
import time

import pytest

from entrepot.base.deadline import Switch
from entrepot.base.errors import Denied, Invalid, Stopped, TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement
from tests.contracts.dialect_bench import DialectBench
from tests.contracts.dialect_wall import WRITES

HOSTILE = (
    "SELECT 1; DELETE FROM {kept}",
    "DELETE FROM {kept}; SELECT 1",
    "COMMIT; DELETE FROM {kept}",
    "ANALYZE DELETE FROM {kept}",
    "ANALYZE; DELETE FROM {kept}",
    "(ANALYZE) DELETE FROM {kept}",
    "(FORMAT JSON, ANALYZE) DELETE FROM {kept}",
    "ANALYZE VERBOSE DELETE FROM {kept}",
    "/* */ ANALYZE /* */ DELETE FROM {kept}",
    "-- x\nANALYZE DELETE FROM {kept}",
    "SELECT 1 -- x\n; DELETE FROM {kept}",
    "SELECT 1 /* x */; DELETE FROM {kept} --",
    "QUERY PLAN DELETE FROM {kept}",
    "EXPLAIN ANALYZE DELETE FROM {kept}",
    "EXPLAIN DELETE FROM {kept}",
    "ANALYZE INSERT INTO {kept} VALUES (3, 'new') RETURNING id",
    ") DELETE FROM {kept}",
)
"""What would write if its text were only set behind the word EXPLAIN."""
BAD = ("", " ", ";", "-- nothing", "SELEC 1", "SELECT nothing FROM {kept}")


class PlanContract(DialectBench):
    """Plans."""

    def explain(self, database, sql: str, *, run: bool = False, **options):
        """Return the plan of a statement without values."""
        statement = Statement(sql=sql)
        return database.explain(statement, ReadOptions(**options), run=run)

    @pytest.mark.parametrize("run", [False, True])
    def test_a_plan_names_what_is_read(self, database, kept, run, subtests):
        """The table is in a step, and in the database's own text."""
        sql = f"SELECT name FROM {kept} WHERE name = 'one' ORDER BY name"

        for end in ("", ";", " -- x", "; -- x\n", " /* x */ "):
            with subtests.test(end):
                plan = self.explain(database, sql + end, run=run)

                assert [s.what for s in _flat(plan) if "kept" in s.detail] != []
                assert "kept" in plan.text
                assert plan.has_run is (run and self.tells_of_runs)

    def test_a_plan_takes_bound_values(self, database, kept):
        """As reading does, in the places that our own statements use."""
        for run in (False, True):
            plan = database.explain(self.chosen(), ReadOptions(), run=run)

            assert [s for s in _flat(plan) if "kept" in s.detail] != []

    def test_a_plan_that_ran_tells_rows_and_seconds(self, database, many):
        """Counted, where the database tells more of what ran; a parent's hold all."""
        sql = f"SELECT a.id FROM {many} a JOIN {many} b ON a.name = b.name"

        [top, *_] = self.explain(database, sql, run=True).steps

        if self.tells_of_runs:
            assert top.rows == 20_000
            assert top.seconds >= max(child.seconds for child in top.children) >= 0
        else:
            assert (top.rows, top.seconds) == (None, None)

    @pytest.mark.parametrize("run", [False, True])
    def test_a_write_is_not_run_to_tell_its_plan(
        self, door, database, kept, run, subtests
    ):
        """With `run` it is denied; without, it may be planned, and changes nothing."""
        before = self.state(door)

        for write in WRITES:
            with subtests.test(write):
                sql = write.format(kept=kept, made=self.at("made"))
                self.refuse(database, sql, run=run, allowed=not run)
                database.close()
                assert self.state(door) == before

    @pytest.mark.parametrize("run", [False, True])
    def test_nothing_is_smuggled_into_a_plan(self, door, database, kept, run, subtests):
        """Neither a second statement nor a word that makes the plan run."""
        before = self.state(door)

        for sql in HOSTILE:
            with subtests.test(sql):
                self.refuse(database, sql.format(kept=kept), run=run, allowed=False)
                database.close()
                assert self.state(door) == before

    def test_bad_sql_has_no_plan(self, database, kept, subtests):
        """The mistake is the asker's, and the next statement works."""
        for sql in BAD:
            with subtests.test(sql):
                for run in (False, True):
                    with pytest.raises(Invalid):
                        self.explain(database, sql.format(kept=kept), run=run)
                assert self.explain(database, f"SELECT * FROM {kept}").steps

    def test_a_plan_that_runs_is_limited_in_time(self, database, kept):
        """Within two seconds of the limit it ends."""
        started = time.monotonic()

        if self.tells_of_runs:
            with pytest.raises(TimedOut):
                self.explain(database, self.slow, run=True, seconds=0.5)
        else:
            self.explain(database, self.slow, run=True, seconds=0.5)

        assert time.monotonic() - started < 10
        assert self.explain(database, f"SELECT * FROM {kept}").steps

    def test_a_switch_ends_a_plan_that_runs(self, database, kept):
        """Within two seconds, and the next plan is told."""
        switch = Switch()
        timer = threading.Timer(0.3, switch.pull)
        timer.start()

        if self.tells_of_runs:
            with pytest.raises(Stopped):
                self.explain(database, self.slow, run=True, switch=switch)
        timer.join()

        with pytest.raises(Stopped):
            self.explain(database, self.slow, run=True, switch=switch)
        assert self.explain(database, f"SELECT * FROM {kept}").steps

    def refuse(self, database, sql: str, *, run: bool, allowed: bool) -> None:
        """Ask for a plan that must be refused, unless it is `allowed` to be told."""
        try:
            plan = self.explain(database, sql, run=run)
        except (Denied, Invalid):
            return
        assert allowed, plan.text
        assert not plan.has_run


def _flat(plan):
    """Return all steps."""
    found = list(plan.steps)
    for step in found:
        found += step.children
    return found
