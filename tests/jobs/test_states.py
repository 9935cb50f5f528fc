"""A job goes only where its states lead, and never backwards."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import IllegalMove, InvalidValue
from entrepot.jobs import (
    MOVES,
    Job,
    advance,
    cancel,
    complete,
    fail,
    get_job,
    give_back,
    is_stuck,
    resume,
    retry,
    start,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATES = tuple(MOVES)
LEGAL = {(old, new) for old, ends in MOVES.items() for new in ends}


def in_state(state) -> Job:
    """Return a job that is in this state."""
    return Job(script_name="full_import", status=state)


def minutes(number) -> datetime:
    """Return a time so many minutes after noon."""
    return NOON + timedelta(minutes=number)


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_only_the_listed_moves_are_made(old, new):
    """Every other one is refused, and the job stays as it was."""
    job = in_state(old)

    if old == new or (old, new) in LEGAL:
        job.status = new
        assert job.status == new
    else:
        with pytest.raises(IllegalMove, match=f"that is {old} cannot become {new}"):
            job.status = new
        assert job.status == old


def test_the_moves_are_the_documented_ones():
    """Pending runs or is cancelled; running ends in three ways; failed waits again.

    Beyond the document, a running job may be given back, and a cancelled one resumed.
    """
    moves = {(old, new) for old, ends in MOVES.items() for new in ends}

    assert moves == {
        ("pending", "running"),
        ("pending", "cancelled"),
        ("running", "completed"),
        ("running", "failed"),
        ("running", "cancelled"),
        ("failed", "pending"),
        ("running", "pending"),
        ("cancelled", "pending"),
    }


def test_a_job_runs_to_its_end():
    """Times, stage, output and result are kept; it took as long as the clock says."""
    job = Job(script_name="full_import")
    start(job, at=NOON, by="host-1")
    advance(job, at=minutes(1), progress=40, stage="filter", output="a\n")
    advance(job, at=minutes(2), progress=40, output="b\n")
    complete(job, at=minutes(3), result={"rows": 9})

    assert (job.status, job.progress, job.result) == ("completed", 100, {"rows": 9})
    assert (job.current_stage, job.output_log) == ("filter", "a\nb\n")
    assert (job.actual_duration, job.locked_by) == (180, None)


def test_progress_never_goes_back_while_it_runs():
    """Neither by the step nor by assignment; the next attempt begins at 0."""
    job = Job(script_name="full_import")
    start(job, at=NOON, by="host-1")
    advance(job, at=NOON, progress=60)

    with pytest.raises(IllegalMove, match="back from 60 to 59"):
        advance(job, at=NOON, progress=59)
    with pytest.raises(IllegalMove, match="back from 60 to 0"):
        job.progress = 0
    assert job.progress == 60


@pytest.mark.parametrize("progress", [-1, 101, 1.5, True, "7", None])
def test_progress_is_a_percentage(progress):
    """Whole, from 0 to 100."""
    job = Job(script_name="full_import")

    with pytest.raises(InvalidValue, match="progress"):
        job.progress = progress
    assert job.progress == 0


def test_a_job_that_does_not_run_makes_no_progress():
    """A worker that comes too late is told."""
    job = in_state("cancelled")

    with pytest.raises(IllegalMove, match="is cancelled makes no progress"):
        advance(job, at=NOON, progress=1)


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled"])
def test_what_is_over_cannot_end_again(state):
    """The second end leaves the first one's facts."""
    job = in_state(state)

    for end in (
        lambda: complete(job, at=NOON),
        lambda: fail(job, at=NOON, message="x"),
        lambda: cancel(job, at=NOON),
    ):
        with pytest.raises(IllegalMove):
            end()
    assert (job.status, job.completed_at, job.error_message) == (state, None, None)


def test_a_failed_job_is_tried_again_as_often_as_it_may():
    """Three times; then it stays failed, with its message."""
    job = Job(script_name="full_import")
    for attempt in range(4):
        assert job.retry_count == attempt
        start(job, at=NOON, by="host-1")
        advance(job, at=NOON, progress=50)
        fail(job, at=minutes(1), message="no such feed")
        if attempt < 3:
            retry(job)
            assert (job.status, job.progress, job.error_message) == ("pending", 0, None)

    with pytest.raises(IllegalMove, match="3 times, its limit"):
        retry(job)
    assert (job.status, job.error_message) == ("failed", "no such feed")


@pytest.mark.parametrize("state", ["pending", "running", "completed", "cancelled"])
def test_only_a_failed_job_is_tried_again(state):
    """Any other stays as it is."""
    job = in_state(state)

    with pytest.raises(IllegalMove, match=f"{state} cannot become pending"):
        retry(job)
    assert (job.status, job.retry_count) == (state, 0)


@pytest.mark.parametrize("end", [lambda j: fail(j, at=NOON, message="x"), None])
def test_a_resumed_job_counts_anew(end):
    """Failed or cancelled, it waits as if it were new; attempts are remembered."""
    job = Job(script_name="full_import", crash_count=2, retry_count=3, dead_at=NOON)
    start(job, at=NOON, by="host-1")
    (end or (lambda j: cancel(j, at=NOON)))(job)
    resume(job)

    assert (job.status, job.attempt_count) == ("pending", 1)
    assert (job.crash_count, job.retry_count, job.dead_at) == (0, 0, None)
    assert (job.error_message, job.completed_at) == (None, None)


def test_only_a_running_job_is_given_back():
    """It waits until the time given, and its next attempt is the second."""
    job = Job(script_name="full_import")
    with pytest.raises(IllegalMove, match="pending is in nobody's hands"):
        give_back(job)
    start(job, at=NOON, by="host-1")
    advance(job, at=NOON, progress=60)
    give_back(job, not_before=minutes(5))

    assert (job.status, job.progress, job.locked_by) == ("pending", 0, None)
    assert job.not_before_at == minutes(5)
    start(job, at=minutes(5), by="host-2")
    assert job.attempt_count == 2


@pytest.mark.parametrize(("after", "stuck"), [(30, False), (30.1, True)])
def test_a_silent_job_is_stuck_after_half_an_hour(after, stuck):
    """Counted from its last sign of life; one that is over never is."""
    job = Job(script_name="full_import")
    start(job, at=minutes(-100), by="host-1")
    advance(job, at=NOON, progress=1)

    assert is_stuck(job, at=minutes(after)) is stuck
    cancel(job, at=minutes(after))
    assert not is_stuck(job, at=minutes(999))


def test_a_clock_that_goes_back_takes_no_negative_time():
    """The duration is 0 at least."""
    job = Job(script_name="full_import")
    start(job, at=NOON, by="host-1")
    complete(job, at=minutes(-5))

    assert job.actual_duration == 0


def test_a_long_log_keeps_its_end():
    """With one line that says so, however often it grows."""
    job = Job(script_name="full_import")
    start(job, at=NOON, by="host-1")
    for number in range(4):
        advance(job, at=NOON, progress=1, output=f"{number}" * 100_000)

    assert len(job.output_log) == 256_000
    assert job.output_log.startswith("… the beginning is left out")
    assert job.output_log.count("…") == 1
    assert job.output_log.endswith("3" * 100_000)


def test_a_long_message_keeps_its_beginning():
    """A text of pages is no message."""
    assert len(Job(script_name="x", error_message="e" * 99_999).error_message) == 10_000


def test_two_who_end_a_job_at_once_do_not_both_succeed(both):
    """The second one waits, sees what the first did, and is refused."""
    with both.store.session() as session:
        job = Job(script_name="full_import")
        session.add(job)
        session.flush()
        start(job, at=NOON, by="host-1")
        uuid = job.job_uuid
    with both.store.session() as session:
        complete(get_job(session, uuid), at=minutes(1))

    with (
        pytest.raises(IllegalMove, match="completed cannot become cancelled"),
        both.store.session() as session,
    ):
        cancel(get_job(session, uuid), at=minutes(1))


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("status", "'running'", "'sleeping'"),
        ("progress", "100", "101"),
        ("retry_count", "0", "-1"),
        ("user_id", "NULL", "77"),
        ("script_name", "'x'", "NULL"),
        ("job_uuid", "'b'", "'a'"),
    ],
)
def test_the_database_refuses_what_is_wrong(both, column, good, bad):
    """Plain SQL meets the same rules; what is right goes in."""
    row = {"job_uuid": "'b'", "script_name": "'x'"}

    def insert(value):
        values = row | {column: value}
        with both.store.session() as session:
            session.execute(text("DELETE FROM jobs"))
            first = "INSERT INTO jobs (job_uuid, script_name) VALUES ('a', 'x')"
            session.execute(text(first))
            session.execute(
                text(
                    f"INSERT INTO jobs ({', '.join(values)}) "
                    f"VALUES ({', '.join(values.values())})"
                )
            )

    insert(good)
    with pytest.raises(IntegrityError):
        insert(bad)
