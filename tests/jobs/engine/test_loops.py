"""What a worker does beside its jobs: dispatch, lead, watch, and be patient."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from entrepot.base.errors import Unavailable
from entrepot.base.times import now
from entrepot.jobs import Wanted, cancel_job, get_crew, submit_job
from entrepot.jobs.engine.dispatching import Dispatcher
from entrepot.jobs.engine.hands import Hands, RunningWork
from entrepot.jobs.engine.leading import Leader
from entrepot.jobs.engine.slots import take_slot
from entrepot.jobs.engine.trouble import Patience
from entrepot.jobs.engine.watching import Watcher
from entrepot.jobs.models import Worker
from entrepot.jobs.spec import KINDS


class Queues:
    """The queues as their library keeps them, in memory."""

    def __init__(self):
        self.put_in, self.held, self.known, self.taken = [], set(), set(), []
        self.rings = []

    def ring(self, *, is_new):
        self.rings.append(is_new)

    def put(self, session, id, number, *, queue, priority):
        self.put_in.append((id, number, queue, priority))

    def holders(self):
        return self.held

    def take_over(self, workers):
        self.taken += workers
        return len(workers)

    def unfinished(self, names):
        return self.known & set(names)

    def forget(self, before):
        self.forgotten = before


@pytest.fixture
def queues():
    """Queues in memory."""
    return Queues()


@pytest.fixture(autouse=True)
def kind(add_kind):
    """A kind that does nothing."""
    return add_kind("test.rest")


@pytest.fixture
def leader(both, queues):
    """The first worker that leads."""
    return Leader(both, queues, "host-1")


def test_waiting_jobs_are_put_into_their_queue_once(both, queues, add_job, row):
    """Those that come first in the order first; the row remembers."""
    late = add_job(priority=20)
    early = add_job(priority=5, queue="large")
    dispatcher = Dispatcher(both, queues)

    assert (dispatcher.step(), dispatcher.step()) == (2, 0)
    assert queues.put_in == [(early, 1, "large", 5), (late, 1, "default", 20)]
    assert row(late).dispatched_at is not None


def test_the_queues_are_rung_while_something_waits(both, queues, add_job, row):
    """At once for what is new, later for what others keep waiting, else never."""
    dispatcher = Dispatcher(both, queues)
    dispatcher.step()
    assert queues.rings == []

    id = add_job()
    dispatcher.step()
    dispatcher.step()
    assert queues.rings == [True, False]

    with both.store.session() as session:
        session.merge(row(id)).status = "running"
    dispatcher.step()

    assert queues.rings == [True, False]


def test_what_may_not_begin_yet_is_left(both, queues, add_job):
    """Not before its time, not twice, nothing unknown, nothing that is over."""
    soon = now() + timedelta(minutes=1)
    submit_job(both, Wanted(kind="test.rest", not_before=soon))
    add_job(dispatch_count=1, dispatched_at=now())
    add_job("completed")

    assert Dispatcher(both, queues).step() == 0
    assert queues.put_in == []


def test_a_job_that_another_worker_knows_is_left_to_it(
    both, queues, add_job, monkeypatch
):
    """An older worker does not fail what a newer one can do."""
    id = add_job()
    monkeypatch.delitem(KINDS, "test.rest")
    assert Dispatcher(both, queues).step() == 0

    monkeypatch.setitem(KINDS, "test.rest", object())
    assert Dispatcher(both, queues).step() == 1
    assert queues.put_in[0][0] == id


def test_one_worker_leads(both, queues, leader):
    """Until it resigns, or its time is over."""
    second = Leader(both, queues, "host-2")

    assert (leader.step(), second.step(), leader.step()) == (True, False, True)
    leader.resign()
    assert (second.step(), leader.step()) == (True, False)


def test_the_jobs_of_silent_workers_are_taken_over(leader, queues, add_worker, heard):
    """Of those that were silent for a minute, or whom nobody knows; not of others."""
    add_worker("host-2", seconds=50)
    add_worker("host-3", seconds=70)
    queues.held = {"host-1", "host-2", "host-3", "host-4"}
    leader.step()

    assert queues.taken == ["host-3", "host-4"]
    assert [event.worker for event in heard] == ["host-3", "host-4"]


def test_what_no_queue_knows_is_dispatched_anew(leader, queues, add_job, row):
    """It was restored, or the end of an attempt got lost, which counts as a death."""
    old = now() - timedelta(minutes=1)
    known = add_job(dispatch_count=1, dispatched_at=old)
    waits = add_job(dispatch_count=1, dispatched_at=old)
    runs = add_job("running", dispatch_count=2, dispatched_at=old, attempt_count=1)
    young = add_job(dispatch_count=1, dispatched_at=now())
    queues.known = {f"{known}:1"}
    leader.step()

    assert [row(id).dispatched_at is None for id in (known, waits, runs, young)] == [
        False,
        True,
        True,
        False,
    ]
    assert (row(runs).status, row(runs).crash_count) == ("pending", 1)


def test_old_jobs_are_deleted(leader, queues, add_job, row):
    """Those that ended before the days that are kept."""
    old = add_job("completed", completed_at=now() - timedelta(days=31))
    young = add_job("completed", completed_at=now() - timedelta(days=29))
    leader.step()

    assert row(young).status == "completed"
    with pytest.raises(Exception, match="No row"):
        row(old)
    assert now() - queues.forgotten < timedelta(hours=1, minutes=1)


@pytest.fixture
def hands():
    """Hands that hold nothing yet."""
    return Hands()


@pytest.fixture
def watcher(both, hands):
    """The watcher of `host-1`."""
    return Watcher(both, hands, "host-1")


def work_of(id, attempt=1):
    """Return a job as it is in a worker's hands."""
    return RunningWork(id=id, kind=KINDS["test.rest"], attempt=attempt, parameters={})


def test_how_far_a_job_is_is_written(watcher, hands, add_job, row):
    """Rows, percent and stage, with a sign of life."""
    work = work_of(add_job("running", attempt_count=1))
    with hands.holding(work):
        work.advance(rows=30, rows_total=120, stage="writing")
        watcher.step()

    job = row(work.id)
    assert (job.rows_done, job.rows_total, job.progress) == (30, 120, 25)
    assert job.current_stage == "writing"
    assert now() - job.heartbeat_at < timedelta(seconds=30)


def test_progress_does_not_go_back(hands):
    """An estimate that grows leaves the bar where it is."""
    work = work_of("x")
    work.advance(rows=50, rows_total=100)
    work.advance(rows=60, rows_total=1_000)
    assert (work.news.percent, work.news.rows_total) == (50, 1_000)

    work.advance(percent=100)
    assert work.news.percent == 100


def test_a_job_is_told_that_it_was_cancelled(watcher, both, hands, add_job, add_worker):
    """By whichever process."""
    id = add_job("running", attempt_count=1, locked_by=add_worker())
    work = work_of(id)
    with hands.holding(work):
        watcher.step()
        assert work.reason is None
        cancel_job(both, id)
        watcher.step()

    assert work.reason == "cancelled"


@pytest.mark.parametrize(("state", "attempts"), [("running", 2), ("cancelled", 1)])
def test_a_job_that_was_given_to_another_is_let_go(
    watcher, hands, add_job, state, attempts
):
    """Or that was ended because we were silent."""
    work = work_of(add_job(state, attempt_count=attempts))
    with hands.holding(work):
        watcher.step()

    assert work.reason == "lost"


def test_a_worker_shows_that_it_lives(watcher, both):
    """Also after its sign was taken away; not after its end."""
    watcher.sign_on()
    assert [(w.name, w.is_alive) for w in get_crew(both).workers] == [("host-1", True)]
    watcher.sign_off()
    watcher.step()

    with both.store.read_session() as session:
        assert session.scalars(select(Worker.name)).all() == ["host-1"]


def test_waiting_jobs_without_a_worker_are_noticed(both, add_job, add_worker):
    """One that is silent is no worker; a job whose time has not come does not wait."""
    add_worker("host-1", seconds=30)
    add_job(not_before_at=now() + timedelta(minutes=1))
    assert not get_crew(both).is_missing

    add_job(updated_at=now() - timedelta(seconds=20))
    crew = get_crew(both)
    assert (crew.waiting, crew.is_missing, round(crew.waiting_seconds)) == (1, True, 20)
    add_worker("host-2")
    assert not get_crew(both).is_missing


def test_a_name_is_free_again_after_its_process(tmp_path):
    """Two at once have two names; the next in the place of the first has its name."""
    first, second = take_slot(tmp_path), take_slot(tmp_path)
    assert first.name != second.name

    first.close()
    again = take_slot(tmp_path)
    assert again.name == first.name
    again.close()
    second.close()


def test_data_folders_have_names_of_their_own(tmp_path):
    """Containers of different homes may have one host name."""
    first, second = take_slot(tmp_path / "a"), take_slot(tmp_path / "b")

    assert first.name != second.name
    first.close()
    second.close()


def test_a_loop_that_fails_waits_and_tells_it_once(heard):
    """Longer each time; what went well makes it forget."""
    clock = [0.0]
    patience = Patience("dispatch", clock=lambda: clock[0])
    calls = []

    def fail():
        calls.append(clock[0])
        raise Unavailable("away")

    for _ in range(40):
        patience.call(fail)
        clock[0] += 0.25
    assert calls == [0.0, 0.5, 1.5, 3.5, 7.5]
    assert [(e.what, e.why) for e in heard] == [("dispatch", "Unavailable")]
    clock[0] += 60
    assert patience.call(lambda: None)
    patience.call(fail)
    assert len(heard) == 2
