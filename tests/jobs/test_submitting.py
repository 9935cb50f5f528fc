"""Asking for work."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import select
from tests.base.test_spans import Taken
from tests.running import ROOT

from entrepot.base import spans
from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import UnknownName
from entrepot.base.trace_ids import parse_traceparent
from entrepot.jobs import KINDS, Job, JobKind, Wanted, submit_job


@pytest.fixture
def kind(monkeypatch):
    """A kind of job that does nothing."""
    made = JobKind(name="test.rest", summary="Rest.", run=lambda house, work: None)
    monkeypatch.setitem(KINDS, made.name, made)
    return made.name


def jobs(house):
    """Every job of the house."""
    with house.store.read_session() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_a_job_waits_with_what_was_asked(both, kind):
    """Who asked, for what, and in which trace stand in the row."""
    actor = Actor(name="ann@example.com", kind="person", trace_id="f" * 32)
    with acting_as(actor):
        id = submit_job(both, Wanted(kind=kind, parameters={"a": 1}, title="Rest"))

    (job,) = jobs(both)
    assert (job.job_uuid, job.status, job.queue) == (id, "pending", "default")
    assert (job.requested_by, job.trace_id) == ("ann@example.com", "f" * 32)
    assert (job.parameters, job.display_name) == ({"a": 1}, "Rest")


def test_a_job_carries_the_step_that_asked_for_it(both, kind):
    """So that its own part of the trace stands below, in whichever process."""
    taken = Taken()
    stop = spans.collect(taken)
    with spans.part("request", "ask"):
        submit_job(both, Wanted(kind=kind))
    stop()

    (job,) = jobs(both)
    [part] = taken
    caller = parse_traceparent(job.meta_data["traceparent"])
    assert (caller.trace_id, caller.span_id) == (part.trace_id, part.id)
    assert part.subjects == [f"job:{job.job_uuid}"]


def test_one_key_makes_one_job(both, kind):
    """Asked twice for the same key, both get the first job."""
    first = submit_job(both, Wanted(kind=kind, key="k"))
    second = submit_job(both, Wanted(kind=kind, key="k"))
    third = submit_job(both, Wanted(kind=kind, key="other"))

    assert second == first != third
    assert len(jobs(both)) == 2


def test_what_is_undone_asks_for_nothing(both, kind):
    """A job asked for in a transaction that is rolled back is not there."""
    with both.store.session() as session:
        submit_job(both, Wanted(kind=kind))
        session.rollback()

    assert jobs(both) == []


def test_an_unknown_kind_is_refused(both, kind):
    """The names that would have worked are told."""
    with pytest.raises(UnknownName, match="kind of job"):
        submit_job(both, Wanted(kind="test.dance"))


def test_who_asks_for_work_does_not_import_the_engine():
    """Everything of the front door, and the whole web, without a second of import."""
    program = """
import sys
import entrepot.app, entrepot.jobs, entrepot.serving.web_process
for name in entrepot.jobs.__all__:
    getattr(entrepot.jobs, name)
print(sorted({"dbos", "entrepot.jobs.engine"} & set(sys.modules)))
import entrepot.jobs.engine.worker
print(sorted({"dbos", "entrepot.jobs.engine"} & set(sys.modules)))
"""
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == ["[]", "['dbos', 'entrepot.jobs.engine']"]
