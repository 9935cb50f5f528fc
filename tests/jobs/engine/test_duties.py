"""Duties are done again and again by the worker that leads, and by no other."""

from __future__ import annotations

import threading

import pytest

from entrepot.composition import load_kinds
from entrepot.jobs import DUTIES, Duty
from entrepot.jobs.engine.duties import Duties

PATIENCE_SECONDS = 120


@pytest.fixture
def keep(both):
    """A function that lets one duty be done until the test ends."""
    stopped, threads = threading.Event(), []

    def begin(run, leads):
        duty = Duty(name="it", run=run, seconds=lambda house: 0.0)
        of = Duties(both, leads, stopped, duties={"it": duty}, tick_seconds=0.001)
        threads.extend(of.begin())

    yield begin
    stopped.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def test_a_duty_is_done_again_also_after_it_failed(keep):
    """What goes wrong once ends nothing."""
    turns, done = [], threading.Event()

    def run(house):
        turns.append(house)
        if len(turns) == 1:
            raise RuntimeError("the first time")
        if len(turns) == 3:
            done.set()

    keep(run, leads=lambda: True)

    assert done.wait(PATIENCE_SECONDS)


def test_who_does_not_lead_does_nothing(keep):
    """Until it leads."""
    asked, leading, done = threading.Event(), threading.Event(), threading.Event()
    early = []

    def run(house):
        early.append(leading.is_set())
        done.set()

    def leads():
        asked.set()
        return leading.is_set()

    keep(run, leads)
    assert asked.wait(PATIENCE_SECONDS)
    leading.set()

    assert done.wait(PATIENCE_SECONDS)
    assert False not in early


def test_the_watch_has_one():
    """It is registered with the kinds of jobs."""
    load_kinds()

    assert "alerts" in DUTIES
