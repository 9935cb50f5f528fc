"""A switch ends work from outside, whenever it is pulled."""

from __future__ import annotations

import threading
import time

import pytest

from entrepot.base.deadline import Deadline, Switch
from entrepot.base.errors import Stopped


def interrupted(switch: Switch, seconds: float) -> None:
    """Work until somebody stops it, as a database's statement would."""
    stopped = threading.Event()
    with Deadline(60, stopped.set, switch=switch) as deadline, deadline.watched():
        if stopped.wait(seconds):
            raise OSError("the database said that it was interrupted")


def test_pulling_stops_what_runs():
    """From another thread; the work says that it was stopped."""
    switch = Switch()
    threading.Timer(0.05, switch.pull).start()

    with pytest.raises(Stopped):
        interrupted(switch, 10)

    assert switch.is_pulled


def test_what_begins_later_is_stopped_at_once():
    """Before its first step."""
    switch = Switch()
    switch.pull()

    with pytest.raises(Stopped):
        interrupted(switch, 0)


def test_what_goes_on_is_stopped_again():
    """A cancel may come before what it should end."""
    stops, third = [], threading.Event()

    def stop() -> None:
        stops.append(1)
        if len(stops) == 3:
            third.set()

    with Deadline(0.01, stop):
        assert third.wait(30)
    count = len(stops)
    time.sleep(0.1)

    assert len(stops) == count


def test_what_has_ended_is_left_alone():
    """Its connection may have another's statement by then."""
    switch, stops = Switch(), []

    with Deadline(60, lambda: stops.append(1), switch=switch):
        pass
    switch.pull()

    assert stops == []
