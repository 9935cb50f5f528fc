"""A request's time limit is known to whatever works for it, and to nothing else."""

from __future__ import annotations

import threading

import pytest

from entrepot.base import deadline
from entrepot.base.errors import TimedOut
from entrepot.base.rows import ReadOptions


@pytest.fixture(autouse=True)
def no_limit():
    """Whatever a test begins ends with it."""
    yield
    deadline.end()


def test_without_a_request_there_is_no_limit():
    """One's own limit holds."""
    assert deadline.remaining_seconds() is None
    assert deadline.within(900) == 900
    assert ReadOptions(seconds=900).seconds == 900


def test_what_the_request_has_left_is_the_limit():
    """Where one's own is more; else one's own."""
    deadline.begin(60)

    assert 59 < deadline.within(900) <= 60
    assert 59 < ReadOptions(seconds=900).seconds <= 60
    assert deadline.within(5) == 5


def test_nothing_begins_when_the_time_is_over():
    """The message says which limit."""
    deadline.begin(1e-9)

    with pytest.raises(TimedOut) as caught:
        deadline.within(5)
    with pytest.raises(TimedOut):
        ReadOptions(seconds=5)
    assert "REQUEST_TIMEOUT" in caught.value.hint


def test_zero_is_no_limit():
    """As the setting says."""
    deadline.begin(0)

    assert deadline.remaining_seconds() is None


def test_work_in_the_background_has_none():
    """A thread that a request starts may go on after it."""
    deadline.begin(60)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(deadline.remaining_seconds()))
    thread.start()
    thread.join()

    assert seen == [None]
