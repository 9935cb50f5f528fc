"""A worker with its real queues, on both databases."""

from __future__ import annotations

import threading
import time

import pytest

from entrepot.base.errors import Refused, Unavailable
from entrepot.jobs import (
    QUEUE_TABLES,
    ScheduleWanted,
    Wanted,
    cancel_job,
    get_crew,
    get_job_seen,
    get_schedule,
    schedule_job,
    submit_job,
)
from entrepot.jobs.engine.worker import work
from entrepot.jobs.models import Schedule
from entrepot.jobs.spec import SHIPPED, ShippedSchedule
from entrepot.operations import database_info

PATIENCE_SECONDS = 120.0


def until(asked):
    """Wait until something holds."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := asked()):
        assert time.monotonic() < ends, "it never came"
        threading.Event().wait(0.02)
    return found


@pytest.fixture
def worker(both):
    """A function that starts a worker, and one that ends it in good order."""
    stopped = threading.Event()
    thread = threading.Thread(target=work, args=(both, stopped))

    def end():
        stopped.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()

    thread.start()
    yield end
    end()


@pytest.fixture
def ended(both):
    """A function that waits for jobs to be over, and returns them."""

    def wait(*ids):
        def look():
            seen = [get_job_seen(both, id) for id in ids]
            return seen if all(job.ended_at for job in seen) else None

        return until(look)

    return wait


def count(house, work):
    """Count until somebody stops it."""
    rows = 0
    while True:
        rows += 1
        work.advance(rows=rows)
        threading.Event().wait(0.01)


def away_once(house, work):
    """Find the other side away at the first attempt."""
    if work.attempt == 1:
        raise Unavailable("away")
    return {"attempt": work.attempt}


def refuse(house, work):
    """Be refused."""
    raise Refused("no")


def test_a_worker_does_what_is_asked(both, add_kind, worker, ended):
    """Well, not at all, at the second try, and no longer when nobody wants it."""
    rest = add_kind("test.rest", lambda house, work: {"a": work.parameters["a"]})
    refused = add_kind("test.refused", refuse)
    away = add_kind("test.away", away_once, pauses_seconds=(0.1,))
    counted = add_kind("test.count", count, queue="large")
    done = [submit_job(both, Wanted(kind=rest, parameters={"a": n})) for n in (1, 2)]
    others = [submit_job(both, Wanted(kind=kind)) for kind in (refused, away)]
    long = submit_job(both, Wanted(kind=counted))
    until(lambda: (get_job_seen(both, long).rows or 0) > 0)
    asked_at = time.monotonic()
    cancel_job(both, long)
    until(lambda: get_job_seen(both, long).ended_at)

    assert time.monotonic() - asked_at < 10
    seen = ended(*done, *others, long)
    assert [(job.state, job.result, job.attempts) for job in seen] == [
        ("completed", {"a": 1}, 1),
        ("completed", {"a": 2}, 1),
        ("failed", None, 1),
        ("completed", {"attempt": 2}, 2),
        ("cancelled", None, 1),
    ]


def test_a_worker_that_ends_gives_its_jobs_back(both, add_kind, worker, heard):
    """They wait, no death is counted, and nobody thinks that it lives."""
    id = submit_job(both, Wanted(kind=add_kind("test.count", count)))
    until(lambda: get_job_seen(both, id).state == "running")
    assert [w.is_alive for w in get_crew(both).workers] == [True]
    worker()

    job = get_job_seen(both, id)
    assert (job.state, job.attempts, job.crashes, job.worker) == ("pending", 1, 0, "")
    assert get_crew(both).workers == []
    assert [(type(e).__name__) for e in heard][-2:] == ["JobSentBack", "WorkerStopped"]


def test_schedules_make_their_jobs(both, add_kind, monkeypatch, worker, ended):
    """Also those that came with the program; the next time is set."""
    kind = add_kind("test.rest")
    shipped = ShippedSchedule(name="tidy", summary="Tidy.", kind=kind, cron="0 3 * * *")
    monkeypatch.setitem(SHIPPED, "tidy", shipped)
    made = schedule_job(both, ScheduleWanted(name="mine", kind=kind, cron="0 6 * * *"))
    with both.store.session() as session:
        row = session.query(Schedule).filter_by(name="mine").one()
        row.next_at = row.created_at
    id = until(lambda: get_schedule(both, "mine").last_job)

    assert ended(id)[0].state == "completed"
    assert get_schedule(both, "mine").next_at == made.next_at


def test_the_queues_own_tables_are_not_told_of(both, worker):
    """They are there, beside ours, and nobody's business."""
    until(lambda: get_crew(both).workers)

    assert QUEUE_TABLES.isdisjoint(database_info(both).tables)
