"""A sign to stop that also wakes who waits for it."""

from __future__ import annotations

import threading
import time

from entrepot.jobs.engine.bells import Bell

PATIENCE_SECONDS = 120.0


def test_a_ring_ends_one_wait():
    """It may come before somebody waits; the next wait is a whole one."""
    bell = Bell()
    bell.ring()

    assert bell.wait(PATIENCE_SECONDS) is False
    assert bell.wait(0.0) is False
    assert not bell.is_set()


def test_the_sign_to_stop_ends_every_wait():
    """Also the wait that has begun, and those after it."""
    bell, seen = Bell(), []
    thread = threading.Thread(target=lambda: seen.append(bell.wait(PATIENCE_SECONDS)))
    thread.start()
    began = time.monotonic()
    bell.set()
    thread.join(PATIENCE_SECONDS)

    assert seen == [True]
    assert bell.wait(PATIENCE_SECONDS) is True
    assert time.monotonic() - began < PATIENCE_SECONDS / 2
