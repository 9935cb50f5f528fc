"""People end jobs, try them again, and go on with them."""

from __future__ import annotations

import pytest

from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import Conflict, IllegalMove
from entrepot.base.times import now
from entrepot.jobs import Ending, cancel_job, resume_job, retry_job

ANN = Actor(name="ann@example.com", kind="person")


@pytest.fixture
def calls(add_kind):
    """What the kind `test.rest` was told."""
    told = []

    def ended(house, session, parameters, ending):
        told.append(("ended", parameters, ending))

    def again(house, session, parameters):
        told.append(("again", parameters))

    add_kind("test.rest", ended=ended, again=again)
    return told


def test_a_waiting_job_is_cancelled_at_once(both, calls, add_job, row, heard):
    """Its kind is told, in the same transaction."""
    id = add_job(parameters={"a": 1})
    with acting_as(ANN):
        seen = cancel_job(both, id)

    ending = Ending(
        state="cancelled", code="cancelled", message="Cancelled by ann@example.com"
    )
    assert seen.state == row(id).status == "cancelled"
    assert calls == [("ended", {"a": 1}, ending)]
    assert [type(event).__name__ for event in heard] == ["JobCancelled"]


def test_a_running_job_is_told(both, calls, add_job, add_worker, row):
    """It is stopping until its worker ends it; asked twice, it is told once."""
    id = add_job("running", locked_by=add_worker())
    first = cancel_job(both, id)
    asked_at = row(id).cancel_requested_at
    cancel_job(both, id)

    assert (first.state, first.is_stopping, calls) == ("running", True, [])
    assert row(id).cancel_requested_at == asked_at is not None


def test_a_job_whose_worker_is_gone_is_cancelled_at_once(
    both, calls, add_job, add_worker
):
    """Nobody is there to be told."""
    id = add_job("running", locked_by=add_worker(seconds=61))

    assert cancel_job(both, id).state == "cancelled"
    assert len(calls) == 1


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled"])
def test_what_is_over_is_not_cancelled(both, calls, add_job, state):
    """It stays as it is, and nobody is told."""
    id = add_job(state)

    with pytest.raises(IllegalMove, match=state):
        cancel_job(both, id)
    assert calls == []


def test_a_failed_job_is_tried_again(both, calls, add_job, row):
    """Its kind is told first; it may begin at once."""
    id = add_job("failed", error_message="x", error_code="refused", dispatch_count=1)
    seen = retry_job(both, id)

    assert (seen.state, seen.error, seen.error_code) == ("pending", "", "")
    assert (row(id).retry_count, row(id).dispatched_at) == (1, None)
    assert calls == [("again", {})]


def test_what_its_kind_refuses_stays_ended(both, add_kind, add_job, row):
    """The row is as it was."""

    def again(house, session, parameters):
        raise Conflict("its file is gone")

    add_kind("test.rest", again=again)
    id = add_job("failed")

    with pytest.raises(Conflict, match="its file is gone"):
        retry_job(both, id)
    assert (row(id).status, row(id).retry_count) == ("failed", 0)


def test_a_dead_job_is_resumed_but_not_retried(both, calls, add_job, row):
    """Whoever resumes it knows that it killed its workers."""
    id = add_job("failed", dead_at=now(), crash_count=3)
    with pytest.raises(IllegalMove, match="killed its worker 3 times"):
        retry_job(both, id)
    seen = resume_job(both, id)

    assert (seen.state, seen.is_dead, seen.crashes) == ("pending", False, 0)


def test_a_cancelled_job_is_resumed(both, calls, add_job):
    """It waits again; one that is done does not."""
    assert resume_job(both, add_job("cancelled")).state == "pending"
    with pytest.raises(IllegalMove, match="completed cannot be resumed"):
        resume_job(both, add_job("completed"))
