"""Jobs as people see them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.base.times import now
from entrepot.jobs import JobFilter, find_job, get_job_seen, list_jobs
from entrepot.jobs.seeing import seen


def ids(page):
    """Return the ids on a page."""
    return [job.id for job in page.jobs]


def test_a_running_job_tells_its_pace_and_what_is_left(both, add_job, row):
    """Rows a second up to the last count, and the time the rest takes at that pace."""
    start = now() - timedelta(seconds=30)
    id = add_job(
        "running",
        started_at=start,
        heartbeat_at=start + timedelta(seconds=20),
        rows_done=2_000,
        rows_total=5_000,
    )

    job = seen(row(id), at=now())
    assert (job.percent, job.rows_per_second, job.seconds_left) == (40.0, 100.0, 30.0)


def test_percent_is_a_hundred_only_at_the_end(both, add_job, row):
    """More rows than were expected are 99 of 100 until the job is over."""
    start = now() - timedelta(seconds=10)
    over = add_job("running", started_at=start, rows_done=70, rows_total=50)
    done = add_job("completed", started_at=start, rows_done=70, rows_total=50)

    percents = [seen(row(id), at=now()).percent for id in (over, done)]
    assert percents == [99.0, 100.0]


def test_what_nobody_can_know_is_none(both, add_job):
    """A job that counts nothing has no percentage, no pace and no end."""
    job = get_job_seen(both, add_job("running", started_at=now()))

    assert (job.percent, job.rows_per_second, job.seconds_left) == (None, None, None)
    assert (job.title, job.state, job.is_dead) == ("test.rest", "running", False)


def test_a_percentage_alone_tells_what_is_left(both, add_job, row):
    """A quarter in ten seconds leaves thirty."""
    start = now() - timedelta(seconds=10)
    beat = start + timedelta(seconds=10)
    id = add_job("running", started_at=start, heartbeat_at=beat, progress=25)

    job = seen(row(id), at=now())
    assert (job.percent, job.seconds_left) == (25.0, 30.0)


def test_a_job_is_found_or_not(both, add_job):
    """None, or an error that names the id."""
    id = add_job()

    assert find_job(both, id) == get_job_seen(both, id)
    assert find_job(both, "nobody") is None
    with pytest.raises(NotThere, match="'nobody'"):
        get_job_seen(both, "nobody")


def test_pages_hold_each_job_once(both, add_job):
    """Newest first, also where jobs come in between."""
    made = [add_job() for _ in range(5)]
    first = list_jobs(both, limit=2)
    add_job()
    second = list_jobs(both, after=first.next, limit=2)
    third = list_jobs(both, after=second.next, limit=2)

    assert ids(first) + ids(second) + ids(third) == made[::-1]
    assert third.next == ""


@pytest.mark.parametrize(
    "wanted",
    [
        JobFilter(states=("failed", "cancelled")),
        JobFilter(subject="export:7"),
        JobFilter(queue="large"),
        JobFilter(by="ann@example.com"),
    ],
)
def test_jobs_are_chosen(both, add_job, wanted):
    """By state, subject, queue, and who asked."""
    add_job()
    right = add_job(
        "failed", subject="export:7", queue="large", requested_by="ann@example.com"
    )

    assert len(ids(list_jobs(both))) == 2
    assert ids(list_jobs(both, wanted)) == [right]


def test_only_what_changed_since_is_told(both, add_job):
    """A job that lay still is left out; one that changed is not."""
    long_ago = now() - timedelta(minutes=1)
    still = add_job(updated_at=long_ago)
    changed = add_job()
    since = list_jobs(both).since

    assert ids(list_jobs(both)) == [changed, still]
    assert ids(list_jobs(both, JobFilter(since=since))) == [changed]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"wanted": JobFilter(states=("asleep",))}, "state must be one of pending"),
        ({"wanted": JobFilter(since="yesterday")}, "since must be of an earlier"),
        ({"wanted": JobFilter(since="2026-01-01T00:00:00")}, "since must be"),
        ({"after": "x"}, "no page ends at 'x'"),
        ({"limit": 0}, "limit must be from 1"),
        ({"limit": 501}, "limit must be from 1"),
    ],
)
def test_a_wrong_question_is_refused(both, arguments, said):
    """With what would have been right."""
    with pytest.raises(InvalidValue, match=said):
        list_jobs(both, **arguments)
