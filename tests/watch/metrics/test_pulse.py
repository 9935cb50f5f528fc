"""A process that answers shows its gauges, and keeps samples of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from entrepot.base import spans
from entrepot.watch.lines.traffic import tracks
from entrepot.watch.log.store import log_store
from entrepot.watch.metrics.pulse import SAMPLE_SECONDS, Pulse
from entrepot.watch.metrics.tally import tally
from entrepot.watch.spec import Entry
from entrepot.watch.traces.store import trace, trace_store


@pytest.fixture
def pulse(counting):
    """Its pulse, which beats when it is told to, too."""
    return counting.shelf.get(Pulse, lambda: Pulse(counting))


def test_the_first_request_begins_it(counting, answer):
    """Before, nothing runs that a fork could lose."""
    begun = []

    class Counted(Pulse):
        def __init__(self, house):
            begun.append(house)
            super().__init__(house)

    before = list(begun)
    answer()
    answer()
    found = counting.shelf.get(Pulse, lambda: Counted(counting))

    assert (before, begun) == ([], [])
    assert found._thread.is_alive()


def test_it_stops_with_the_house(pulse, counting):
    """Closing the house ends the thread, and opens nothing again."""
    counting.close()

    assert not pulse._thread.is_alive()


def test_a_beat_shows_the_gauges(pulse, counting):
    """What others see of this process is what it reads now."""
    pulse.beat(0.0)

    (own,) = tally(counting).gather().gauges
    assert own['["gauge","entrepot_db_pool_size",[],[]]'] == (10.0,)


def test_samples_are_kept_at_the_same_times_everywhere(pulse, counting):
    """A sample of the process and of the house for each half minute, no more."""
    noon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    noon += timedelta(hours=1)
    for seconds in (3, 10, SAMPLE_SECONDS + 5):
        pulse.beat(noon.timestamp() + seconds)

    names = ["entrepot_db_pool_size", "entrepot_jobs"]
    end = noon + timedelta(minutes=1)
    found = tracks(counting, names, since=noon, until=end)
    assert [(t.name, t.labels, t.points) for t in found] == [
        ("entrepot_db_pool_size", {}, [10.0]),
        *(
            ("entrepot_jobs", {"state": state}, [0.0])
            for state in ("cancelled", "completed", "failed", "pending", "running")
        ),
    ]


def test_one_process_of_all_keeps_the_gauges_of_the_house(counting):
    """While another one does, this one keeps its own only."""
    other = tally(counting).folder.lead()
    pulse = counting.shelf.get(Pulse, lambda: Pulse(counting))
    at, year = datetime(2026, 11, 21, 12, 0, tzinfo=UTC), timedelta(days=365)
    pulse.beat(at.timestamp())
    pulse.beat((at + year).timestamp())
    taken = _names(counting, at + year)
    os.close(other)
    pulse.beat((at + 2 * year).timestamp())

    assert "entrepot_threads" in taken
    assert "entrepot_jobs" not in taken
    assert "entrepot_jobs" in _names(counting, at + 2 * year)


def _names(house, at):
    until = at + timedelta(minutes=1)
    names = ["entrepot_threads", "entrepot_jobs"]
    return {t.name for t in tracks(house, names, since=at, until=until, moments=1)}


def test_dropped_lines_are_counted(pulse, counting, told):
    """What the log dropped since the last beat comes on top."""
    name = "entrepot_log_lines_dropped_total"
    assert told(name) == [f"{name} 0.0"]
    store = log_store(counting)
    store.limit = 0
    for more in (5, 0, 7):
        for _ in range(more):
            store.put(Entry(0.0, "INFO", "entrepot.test", "too much"))
        pulse.beat(0.0)

    assert told(name) == [f"{name} 12.0"]


def test_dropped_traces_are_counted(pulse, counting, told):
    """By themselves: no line was lost."""
    name = "entrepot_traces_dropped_total"
    assert told(name) == [f"{name} 0.0"]
    trace(counting)
    trace_store(counting).limit = 0
    for _ in range(3):
        with spans.part("job", "work"):
            spans.keep("job:1")
    pulse.beat(0.0)

    assert told(name) == [f"{name} 3.0"]
    assert told("entrepot_log_lines_dropped") == [
        "entrepot_log_lines_dropped_total 0.0"
    ]
