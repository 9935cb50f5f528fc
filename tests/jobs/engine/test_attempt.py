"""One attempt: the row is taken, the work done, the row ended; whatever happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from entrepot.base.acting import current
from entrepot.base.errors import Refused, Unavailable
from entrepot.base.times import now
from entrepot.jobs import JobStopped, cancel_job
from entrepot.jobs.engine.attempt import Attempts
from entrepot.jobs.engine.hands import Hands


@pytest.fixture
def hands():
    """What the worker has in hand."""
    return Hands()


@pytest.fixture
def attempts(both, hands):
    """What makes attempts, for the worker `host-1`."""
    return Attempts(both, hands, "host-1")


@pytest.fixture
def dispatched(add_job):
    """A function that stores a job that was put into a queue once."""

    def add(state="pending", **values):
        return add_job(state, dispatch_count=1, dispatched_at=now(), **values)

    return add


@pytest.fixture
def ends(add_kind):
    """A function that lets `test.rest` do something; it returns the ends it told of."""

    def let(run, **more):
        told = []

        def ended(house, session, parameters, ending):
            told.append((ending.state, ending.code))

        add_kind("test.rest", run, ended=ended, **more)
        return told

    return let


def test_a_job_is_done(attempts, ends, dispatched, row):
    """Under the name of who asked, with what was asked; facts and rows are kept."""
    seen = []

    def run(house, work):
        seen.append((current().name, current().job_id, dict(work.parameters)))
        work.advance(rows=7, rows_total=7, stage="last")
        return {"file": "x.csv"}

    told = ends(run)
    id = dispatched(requested_by="ann@example.com", parameters={"a": 1})
    attempts.make(id, 1)

    job = row(id)
    assert seen == [("ann@example.com", id, {"a": 1})]
    assert (job.status, job.result, job.progress) == (
        "completed",
        {"file": "x.csv"},
        100,
    )
    assert (job.attempt_count, job.rows_done, job.current_stage) == (1, 7, "last")
    assert told == []


def test_what_cannot_be_done_fails(attempts, ends, dispatched, row, heard):
    """With the error's code and words, and its kind is told."""

    def run(house, work):
        raise Refused("the database said no", hint="ask its owner")

    told = ends(run)
    id = dispatched()
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.error_code) == ("failed", "refused")
    assert job.error_message == "the database said no (ask its owner)"
    assert told == [("failed", "refused")]
    assert [type(e).__name__ for e in heard] == ["JobStarted", "JobFailed"]


def test_a_fault_of_ours_fails_without_its_inside(
    attempts, ends, dispatched, row, heard
):
    """The traceback is told to the log, not to whoever sees the job."""

    def run(house, work):
        raise ZeroDivisionError("postgresql://ann:secret@db")

    ends(run)
    id = dispatched()
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.error_code) == ("failed", "broken")
    assert job.error_message == "the job met a fault of ours; the log tells more"
    assert "ZeroDivisionError" in heard[1].traceback


def test_what_is_away_is_tried_again_later(attempts, ends, dispatched, row):
    """After the first pause, then the second; then it fails."""

    def run(house, work):
        raise Unavailable("the database is away")

    told = ends(run, pauses_seconds=(60.0, 600.0))
    id = dispatched()
    waits = []
    for number in (1, 2, 3):
        attempts.make(id, number)
        job = row(id)
        if job.status == "pending":
            waits.append(round((job.not_before_at - now()).total_seconds(), -1))
            with attempts.house.store.session() as session:
                again = session.merge(job)
                again.dispatch_count, again.dispatched_at = number + 1, now()

    assert waits == [60, 600]
    assert (job.status, job.error_code, job.attempt_count) == (
        "failed",
        "unavailable",
        3,
    )
    assert told == [("failed", "unavailable")]


def test_a_job_of_a_dead_worker_begins_again(attempts, ends, dispatched, row, heard):
    """From zero, as its second attempt; the death is counted."""
    ends(lambda house, work: {"attempt": work.attempt})
    id = dispatched("running", attempt_count=1, progress=80, locked_by="host-2")
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.result, job.crash_count) == ("completed", {"attempt": 2}, 1)
    assert [type(e).__name__ for e in heard] == ["JobLost", "JobStarted", "JobFinished"]


def test_a_job_that_kills_its_workers_is_dead(attempts, ends, dispatched, row):
    """At the third death; it is not run again, and its kind is told."""
    told = ends(lambda house, work: None)
    id = dispatched("running", attempt_count=3, crash_count=2)
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.error_code, job.crash_count) == ("failed", "dead-letter", 3)
    assert job.dead_at is not None
    assert job.attempt_count == 3
    assert told == [("failed", "dead-letter")]


def test_a_cancelled_job_of_a_dead_worker_is_over(attempts, ends, dispatched, row):
    """Nobody begins it again."""
    told = ends(lambda house, work: None)
    id = dispatched("running", attempt_count=1, cancel_requested_at=now())
    attempts.make(id, 1)

    assert row(id).status == "cancelled"
    assert told == [("cancelled", "cancelled")]


def test_an_old_dispatch_does_nothing(attempts, ends, dispatched, row):
    """The job was given back and dispatched anew: that one counts."""
    ends(lambda house, work: None)
    id = dispatched()
    attempts.make(id, 2)
    attempts.make("nobody", 1)
    assert row(id).status == "pending"

    attempts.make(id, 1)
    assert row(id).status == "completed"


def test_a_cancelled_job_is_not_begun(attempts, both, ends, dispatched, row):
    """It waited in the queue when somebody cancelled it."""
    ends(lambda house, work: None)
    id = dispatched()
    cancel_job(both, id)
    attempts.make(id, 1)

    assert (row(id).status, row(id).attempt_count) == ("cancelled", 0)


def test_a_kind_that_this_worker_does_not_know_fails(attempts, dispatched, row):
    """It is said which."""
    id = dispatched()
    attempts.make(id, 1)

    assert (row(id).status, row(id).error_code) == ("failed", "unknown-kind")
    assert row(id).error_message == "this worker knows no job of kind 'test.rest'"


@pytest.mark.parametrize(
    ("reason", "state"),
    [("cancelled", "cancelled"), ("shutdown", "pending"), ("lost", "pending")],
)
def test_a_stopped_job_ends_as_it_was_stopped(
    attempts, ends, dispatched, row, reason, state
):
    """Cancelled; or given back, which is no death."""

    def run(house, work):
        work.stop(reason)
        with pytest.raises(JobStopped):
            work.check()
        work.advance(rows=1)

    ends(run)
    id = dispatched()
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.crash_count, job.attempt_count) == (state, 0, 1)
    assert (job.dispatched_at is None) is (state == "pending")


def test_what_breaks_because_it_was_stopped_is_no_fault(
    attempts, ends, dispatched, row, heard
):
    """A child that was killed is an error for who waits for it, and for nobody else."""

    def run(house, work):
        work.stop("cancelled")
        raise BrokenPipeError

    ends(run)
    id = dispatched()
    attempts.make(id, 1)

    assert row(id).status == "cancelled"
    assert [type(e).__name__ for e in heard] == ["JobStarted", "JobCancelled"]


def test_whoever_was_given_up_writes_nothing(attempts, both, ends, dispatched, row):
    """Another worker has the job: its row is not touched by the first."""

    def run(house, work):
        with both.store.session() as session:
            job = session.merge(row(work.id))
            job.attempt_count, job.locked_by = 2, "host-2"
        return {"by": "host-1"}

    ends(run)
    id = dispatched()
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.locked_by, job.result) == ("running", "host-2", None)


def test_a_worker_that_ends_begins_nothing(attempts, hands, ends, dispatched, row):
    """The job waits to be dispatched to another."""
    ends(lambda house, work: None)
    hands.close()
    id = dispatched()
    attempts.make(id, 1)

    job = row(id)
    assert (job.status, job.dispatched_at, job.attempt_count) == ("pending", None, 0)


def test_the_wait_before_it_began_is_told(attempts, ends, dispatched, heard):
    """Since it could begin, not since it was asked for."""
    ends(lambda house, work: None)
    attempts.make(dispatched(not_before_at=now() - timedelta(seconds=3)), 1)

    assert round(heard[0].waited_seconds) == 3
