"""Fixtures: kinds of jobs, and rows in any state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from entrepot.base.times import now
from entrepot.jobs import KINDS, Job, JobKind
from entrepot.jobs.models import Worker


@pytest.fixture
def add_kind(monkeypatch):
    """A function that registers a kind of job for the test."""

    def add(name, run=lambda house, work: None, **more):
        made = JobKind(name=name, summary="For a test.", run=run, **more)
        monkeypatch.setitem(KINDS, name, made)
        return name

    return add


@pytest.fixture
def add_job(both):
    """A function that stores a job as it is told to be; it returns its id."""

    def add(state="pending", **values):
        with both.store.session() as session:
            job = Job(script_name="test.rest", status=state, **values)
            session.add(job)
        return job.job_uuid

    return add


@pytest.fixture
def add_worker(both):
    """A function that stores a worker's sign of life, so many seconds old."""

    def add(name="host-1", seconds=0.0):
        at = now() - timedelta(seconds=seconds)
        with both.store.session() as session:
            session.add(
                Worker(name=name, process_id=7, version="1", started_at=at, seen_at=at)
            )
        return name

    return add


@pytest.fixture
def row(both):
    """A function that returns a job's row by its id."""

    def find(id):
        with both.store.read_session() as session:
            return session.scalars(select(Job).where(Job.job_uuid == id)).one()

    return find
