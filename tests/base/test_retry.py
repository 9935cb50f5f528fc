"""Retries: the document's waits, only where they help, and an honest end."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from entrepot.base.errors import DatabaseRetryExhausted, DatabaseUnusable
from entrepot.base.retry import with_db_retry
from entrepot.base.store_errors import explain

LOCKED = OperationalError("s", {}, sqlite3.OperationalError("database is locked"))


class Clock:
    """Time that passes by waiting alone."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def now(self) -> float:
        return sum(self.waits)


@pytest.fixture
def clock():
    """A clock of the test's own."""
    return Clock()


@pytest.fixture
def run(clock):
    """A function that fails with these errors in turn, then answers; it is counted."""
    calls = []

    def make(*errors, chance=0.0, **knobs):
        knobs = {"sleep": clock.sleep, "clock": clock.now, **knobs}

        @with_db_retry(chance=lambda: chance, **knobs)
        def work(word: str) -> str:
            calls.append(word)
            if len(calls) <= len(errors):
                raise errors[len(calls) - 1]
            return word.upper()

        return work

    make.calls = calls
    return make


def test_it_waits_one_two_and_four_seconds(run, clock):
    """Three retries are four calls; then the answer comes as if nothing had been."""
    assert run(LOCKED, LOCKED, LOCKED)("x") == "X"

    assert (clock.waits, len(run.calls)) == ([1.0, 2.0, 4.0], 4)


def test_waits_are_drawn_out_by_a_tenth_at_the_most(run, clock):
    """So that processes which failed together do not come back together."""
    run(LOCKED, LOCKED, LOCKED, chance=1.0)("x")

    assert clock.waits == pytest.approx([1.1, 2.2, 4.4])


def test_the_end_says_how_often_and_why(run):
    """The documented words and facts; the driver's error is the cause."""
    with pytest.raises(DatabaseRetryExhausted) as caught:
        run(*[LOCKED] * 4)("x")

    error = caught.value
    assert error.detail == "Database locked after 3 attempts"
    assert (error.retry_count, error.facts["retry_count"]) == (3, 3)
    assert error.facts["last_attempt"].endswith("Z")
    assert error.__cause__ is LOCKED
    assert error.title() == "Database operation failed"
    assert error.retryable


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("s", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
        OperationalError("s", {}, sqlite3.OperationalError("no such table: t")),
        OperationalError("s", {}, sqlite3.OperationalError("disk is full")),
        KeyError("ours"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_will_not_get_better_is_not_tried_again(run, clock, error):
    """One call, no wait, and the very same error."""
    with pytest.raises(type(error)) as caught:
        run(error)("x")

    assert caught.value is error
    assert (len(run.calls), clock.waits) == (1, [])


def test_our_own_words_for_it_are_understood(run):
    """An error that was explained already is judged as the one behind it."""
    assert run(explain(LOCKED))("x") == "X"
    run.calls.clear()
    with pytest.raises(DatabaseUnusable):
        run(explain(sqlite3.OperationalError("disk is full")))("x")


def test_it_stops_before_the_deadline(run, clock):
    """A wait that would end too late is not begun."""
    with pytest.raises(DatabaseRetryExhausted, match="after 2 attempts"):
        run(*[LOCKED] * 4, deadline_seconds=5)("x")

    assert clock.waits == [1.0, 2.0]


def test_numbers_can_be_set(run, clock):
    """As the document writes it: `with_db_retry(max_retries=…, base_delay=…)`."""
    with pytest.raises(DatabaseRetryExhausted, match=r"after 1 attempt$"):
        run(LOCKED, LOCKED, max_retries=1, base_delay=0.25)("x")

    assert clock.waits == [0.25]


def test_each_retry_is_told(run, heard):
    """The events say which one, why, and how long it waits."""
    run(LOCKED, LOCKED)("x")

    assert [(e.retry, e.why, e.wait_seconds) for e in heard] == [
        (1, "Database locked", 1.0),
        (2, "Database locked", 2.0),
    ]


def test_an_inner_retry_is_not_multiplied(run):
    """What gave up inside is not tried again outside."""
    with pytest.raises(DatabaseRetryExhausted):
        run(DatabaseRetryExhausted("Database locked after 3 attempts"))("x")

    assert len(run.calls) == 1


def test_a_real_lock_that_goes_away(tmp_path):
    """The file is held at first; the wait is used to let it go."""
    path = tmp_path / "our.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE t (n integer)")
        other.execute("BEGIN IMMEDIATE")

        @with_db_retry(sleep=lambda seconds: other.execute("COMMIT"))
        def write() -> None:
            with closing(sqlite3.connect(path, timeout=0)) as mine, mine:
                mine.execute("INSERT INTO t VALUES (1)")

        write()
        assert other.execute("SELECT count(*) FROM t").fetchone() == (1,)
