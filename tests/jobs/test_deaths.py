"""Workers, servers and supervisors die in the midst of jobs; the jobs go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.jobs.kinds import sitecustomize  # noqa: F401  # the kinds, here as there
from tests.running import Installation, new_installation, serving

from entrepot.composition import build_house
from entrepot.jobs import Job, Wanted, cancel_job, get_crew, get_job_seen, submit_job
from entrepot.migrations import ensure

pytestmark = pytest.mark.fault

KINDS = Path(__file__).parent / "kinds"
PATIENCE_SECONDS = 180.0
ROWS = 500


def until(asked, seconds=PATIENCE_SECONDS):
    """Wait until something holds; return it."""
    ends = time.monotonic() + seconds
    while not (found := asked()):
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)
    return found


class Place:
    """An installation whose processes know the kinds of jobs for tests."""

    def __init__(self, installation: Installation):
        self.installation = installation
        self.house = build_house(installation.environ)
        self.notes = installation.folder / "notes"

    def submit(self, kind, **parameters):
        """Ask for a job that writes its notes here."""
        given = {"file": str(self.notes), **parameters}
        queue = given.pop("queue", "")
        return submit_job(self.house, Wanted(kind=kind, parameters=given, queue=queue))

    def lines(self, id=""):
        """Return the notes of a job, or of all: when, whose, attempt, process, what."""
        if not self.notes.exists():
            return []
        split = [line.split() for line in self.notes.read_text().splitlines()]
        return [line for line in split if id in ("", line[1])]

    def job(self, id):
        """Return a job as people see it."""
        return get_job_seen(self.house, id)

    def ended(self, id):
        """Wait until a job is over; return it."""
        return until(lambda: (job := self.job(id)).ended_at and job)

    def process_of(self, id, attempt=1):
        """Wait until an attempt began; return the worker's process id."""

        def look():
            return [line[3] for line in self.lines(id) if line[2] == str(attempt)]

        return int(until(look)[0])

    @contextmanager
    def worker(self):
        """Run `entrepot worker` until the block ends."""
        process = subprocess.Popen(
            [sys.executable, "-m", "entrepot", "worker"],
            cwd=self.installation.folder,
            env=self.installation.environ,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@pytest.fixture
def make_place(tmp_path):
    """A function that gives a migrated place, with more variables."""
    with ExitStack() as stack:

        def make(**variables):
            made = new_installation(tmp_path, **variables)
            path = f"{KINDS}{os.pathsep}{made.environ['PYTHONPATH']}"
            place = Place(replace(made, variables={**variables, "PYTHONPATH": path}))
            stack.callback(place.house.close)
            ensure(place.house)
            return place

        yield make


@pytest.fixture
def place(make_place):
    """A place on SQLite."""
    return make_place()


@pytest.fixture
def shared(make_place, request, postgresql, postgresql_template):
    """A place on PostgreSQL, where workers count as lost after 5 s."""
    from tests.databases import KEY

    name = f"entrepot_deaths_{os.getpid()}_{time.monotonic_ns()}"
    owned = f"TEMPLATE {postgresql_template} OWNER entrepot_tests"
    postgresql.run(f"CREATE DATABASE {name} {owned}")
    yield make_place(
        DATABASE_URL=postgresql.url("entrepot_tests", "tests", name),
        SECRET_KEY=KEY,
        ENTREPOT_JOBS_LOST_SECONDS="5",
    )
    postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")


def made(place, id):
    """Return the lines of the file that a counting job left."""
    return place.notes.with_suffix(f".{id}").read_text().splitlines()


def whats(place, id):
    """Return what a job noted: attempts and what they did."""
    return [(line[2], line[4]) for line in place.lines(id)]


def test_a_job_goes_on_after_its_worker_was_killed(place):
    """By itself, under `serve`: the second attempt leaves the whole file, once."""
    with serving(place.installation):
        id = place.submit("test.count", rows=ROWS, seconds=2)
        until(lambda: (place.job(id).rows or 0) > 0)
        os.kill(place.process_of(id), signal.SIGKILL)
        job = place.ended(id)

    assert (job.state, job.attempts, job.crashes) == ("completed", 2, 1)
    assert job.result == {"rows": ROWS, "attempt": 2}
    assert made(place, id) == [str(number) for number in range(ROWS)]
    assert whats(place, id) == [("1", "begin"), ("2", "begin"), ("2", "end")]


def test_a_job_does_not_notice_that_the_web_was_killed(place):
    """Its one attempt goes on to its end."""
    with serving(place.installation):
        id = place.submit("test.count", rows=ROWS, seconds=4)
        worker = place.process_of(id)
        supervisor = int(Path(f"/proc/{worker}/stat").read_text().split()[3])
        children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text()
        for child in {*map(int, children.split())} - {worker}:
            os.kill(child, signal.SIGKILL)
        job = place.ended(id)

    assert (job.state, job.attempts, job.crashes) == ("completed", 1, 0)
    assert whats(place, id) == [("1", "begin"), ("1", "end")]


def test_nothing_is_left_of_a_killed_supervisor(place):
    """Its worker gives the job back; the next server's worker does it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "entrepot", "serve"],
        cwd=place.installation.folder,
        env=place.installation.environ,
        stdout=subprocess.DEVNULL,
    )
    id = place.submit("test.count", rows=ROWS, seconds=3)
    worker = place.process_of(id)
    process.kill()
    process.wait()
    until(lambda: not Path(f"/proc/{worker}").exists())
    assert (place.job(id).state, place.job(id).crashes) == ("pending", 0)

    with place.worker():
        job = place.ended(id)
    assert (job.state, job.attempts, job.crashes) == ("completed", 2, 0)


def test_a_job_that_kills_its_worker_is_given_up(place):
    """At the third death it is a dead letter; other jobs are done after it."""
    with serving(place.installation):
        id = place.submit("test.die")
        job = place.ended(id)
        other = place.ended(place.submit("test.count", rows=5, seconds=0.1))

    assert (job.state, job.error_code, job.is_dead) == ("failed", "dead-letter", True)
    assert (job.attempts, job.crashes) == (3, 3)
    assert [attempt for attempt, _ in whats(place, id)] == ["1", "2", "3"]
    assert other.state == "completed"


def test_another_worker_takes_over_from_a_dead_one(shared):
    """The dead one does not come back; its job is done elsewhere, exactly."""
    with shared.worker(), shared.worker():
        id = shared.submit("test.count", rows=ROWS, seconds=3)
        dead = shared.process_of(id)
        os.kill(dead, signal.SIGKILL)
        job = shared.ended(id)

    assert (job.state, job.attempts, job.crashes) == ("completed", 2, 1)
    assert made(shared, id) == [str(number) for number in range(ROWS)]
    assert shared.process_of(id, attempt=2) != dead


def test_a_worker_that_stops_gives_its_job_to_another(shared):
    """At once, and it is no death."""
    with shared.worker(), shared.worker():
        id = shared.submit("test.count", rows=ROWS, seconds=3)
        first = shared.process_of(id)
        os.kill(first, signal.SIGTERM)
        job = shared.ended(id)

    assert (job.state, job.attempts, job.crashes) == ("completed", 2, 0)
    assert whats(shared, id) == [
        ("1", "begin"),
        ("1", "stop"),
        ("2", "begin"),
        ("2", "end"),
    ]


@pytest.mark.parametrize("where", ["place", "shared"])
def test_three_large_jobs_run_at_once_and_no_more(request, where):
    """However many workers there are; two share them."""
    there = request.getfixturevalue(where)
    with there.worker(), there.worker():
        until(lambda: sum(w.is_alive for w in get_crew(there.house).workers) == 2)
        ids = [
            there.submit("test.count", rows=9, seconds=0.7, queue="large")
            for _ in range(12)
        ]
        ended = [there.ended(id) for id in ids]

    states = {(job.state, job.error) for job in ended}
    running, most = 0, 0
    for line in sorted(there.lines()):
        running += {"begin": 1, "end": -1}[line[4]]
        most = max(most, running)
    assert (states, most) == ({("completed", "")}, 3)
    assert len({line[3] for line in there.lines()}) == 2
    begins = Counter(line[1] for line in there.lines() if line[4] == "begin")
    assert set(begins.values()) == {1}


@pytest.mark.parametrize("where", ["place", "shared"])
def test_a_cancelled_job_is_over_soon(request, where):
    """Within two seconds where the machine is quiet, asked for in another process."""
    there = request.getfixturevalue(where)
    with there.worker():
        id = there.submit("test.count", rows=ROWS, seconds=60)
        until(lambda: (there.job(id).rows or 0) > 0)
        asked_at = time.monotonic()
        cancel_job(there.house, id)
        job = there.ended(id)
        took = time.monotonic() - asked_at

    assert (job.state, took < 5.0) == ("cancelled", True)
    assert whats(there, id) == [("1", "begin"), ("1", "stop")]


def test_a_job_that_does_not_listen_does_not_hold_the_worker(place):
    """The worker ends in its time; the job waits for the next, which is no death."""
    with place.worker() as process:
        id = place.submit("test.deaf", seconds=30)
        place.process_of(id)
        stopped_at = time.monotonic()
        process.terminate()
        code = process.wait(PATIENCE_SECONDS)
        took = time.monotonic() - stopped_at

    assert (code, took < 15.0) == (0, True)
    assert (place.job(id).state, place.job(id).crashes) == ("pending", 0)


def test_a_frozen_worker_finds_that_it_lost_its_job(shared):
    """It wakes when another has done the job; whatever it does then, the job stays."""
    with shared.worker(), shared.worker():
        id = shared.submit("test.count", rows=ROWS, seconds=3)
        frozen = shared.process_of(id)
        os.kill(frozen, signal.SIGSTOP)
        job = shared.ended(id)
        os.kill(frozen, signal.SIGCONT)
        until(lambda: {("1", "stop"), ("1", "end")} & set(whats(shared, id)))

        assert (job.attempts, job.result) == (2, {"rows": ROWS, "attempt": 2})
        assert shared.job(id) == job


def test_priorities_say_who_begins_first(place):
    """Lower numbers, whenever they were asked for."""
    with place.house.store.session() as session:
        ids = []
        for priority in (30, 10, 20):
            given = {"file": str(place.notes), "rows": 1, "seconds": 0.05}
            job = Job(
                script_name="test.count",
                parameters=given,
                priority=priority,
                queue="upkeep",
            )
            session.add(job)
            ids.append(job.job_uuid)
    with place.worker():
        for id in ids:
            place.ended(id)

    begun = [line[1] for line in place.lines() if line[4] == "begin"]
    assert begun == [ids[1], ids[2], ids[0]]
