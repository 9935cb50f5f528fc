"""The file in which the processes of one host count together."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.serving.servers import surroundings

from entrepot.web.limits_counters import HostCounts

SPEND = """
import sys
from pathlib import Path
from entrepot.web.limits_counters import HostCounts
counts = HostCounts(Path(sys.argv[1]), clock=lambda: 1000.0)
print("ready", flush=True)
sys.stdin.readline()
granted = sum(not counts.spend("ann", 1000).wait_seconds for _ in range(1000))
print(granted, flush=True)
"""
FULL = """
import resource, sys
from pathlib import Path
from entrepot.web.limits_counters import HostCounts
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
counts = HostCounts(Path(sys.argv[1]))
granted = sum(not counts.spend("ann", 10).wait_seconds for _ in range(20))
places = [counts.enter("ann", 3) for _ in range(5)]
print(granted, sum(place is not None for place in places), flush=True)
"""
HOLD = """
import sys
from pathlib import Path
from entrepot.web.limits_counters import HostCounts
counts = HostCounts(Path(sys.argv[1]))
places = [counts.enter("ann", 10) for _ in range(int(sys.argv[2]))]
print(sum(place is not None for place in places), flush=True)
sys.stdin.readline()
"""


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    """A clock that stands."""
    return Clock()


@pytest.fixture
def counts(tmp_path, clock):
    """Counters in a folder of their own."""
    counts = HostCounts(tmp_path / "run", clock)
    yield counts
    counts.close()


@pytest.fixture
def start(tmp_path):
    """A function that starts a process over the same file; none is left over."""
    started = []

    def start_one(code, *arguments):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "run"), *arguments],
            env=surroundings({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(child)
        return child

    yield start_one
    for child in started:
        child.kill()
        child.communicate()


def test_a_bucket_holds_a_minute_and_fills_evenly(counts, clock):
    """A burst of the whole limit, then one each step, then all of it again."""
    burst = [counts.spend("ann", 60).wait_seconds for _ in range(60)]
    refused = counts.spend("ann", 60)
    clock.now += 1.0
    after_a_step = [counts.spend("ann", 60).wait_seconds == 0 for _ in range(2)]
    clock.now += 60.0
    later = [counts.spend("ann", 60).wait_seconds == 0 for _ in range(61)]

    assert burst == [0.0] * 60
    assert refused.wait_seconds == pytest.approx(1.0)
    assert refused.reset_seconds == pytest.approx(60.0)
    assert after_a_step == [True, False]
    assert later == [True] * 60 + [False]


def test_a_refusal_costs_nothing(counts, clock):
    """Who goes on asking too often is not kept out for longer."""
    for _ in range(200):
        counts.spend("ann", 60)
    clock.now += 1.0

    assert counts.spend("ann", 60).wait_seconds == 0


def test_what_is_given_back_can_be_spent_again(counts):
    """A bucket that was emptied has one more."""
    for _ in range(60):
        counts.spend("ann", 60)
    counts.give_back("ann", 60)

    granted = [counts.spend("ann", 60).wait_seconds == 0 for _ in range(2)]

    assert granted == [True, False]


def test_a_clock_that_began_again_locks_nobody_out(counts, clock):
    """After a restart of the machine the old times lie far ahead, and are forgotten."""
    for _ in range(60):
        counts.spend("ann", 60)
    clock.now = 3.0

    assert counts.spend("ann", 60) == counts.spend("bob", 60)


def test_more_callers_than_the_table_holds_are_all_counted(counts):
    """The table forgets the least busy; who asks all the time stays limited."""
    for number in range(40_000):
        counts.spend(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 60)
        if number % 300 == 0:
            last = counts.spend("busy", 60)

    assert last.wait_seconds > 0


def test_four_processes_share_one_bucket(start):
    """Of four thousand requests at the same moment exactly a thousand are granted."""
    children = [start(SPEND) for _ in range(4)]
    for child in children:
        child.stdout.readline()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda child: child.communicate("go\n")[0], children))

    assert sum(map(int, told)) == 1000


def test_processes_share_the_places_of_an_address(start, counts):
    """What one process has running the others see."""
    first, second = start(HOLD, "6"), start(HOLD, "0")
    assert (first.stdout.readline(), second.stdout.readline()) == ("6\n", "0\n")

    taken = [counts.enter("ann", 10) for _ in range(5)]

    assert [place is not None for place in taken] == [True] * 4 + [False]


def test_what_a_killed_process_had_is_free_again(start, counts):
    """Its places are noticed when somebody wants one, and when a process begins."""
    child = start(HOLD, "10")
    assert child.stdout.readline() == "10\n"
    assert counts.enter("ann", 10) is None
    child.send_signal(signal.SIGKILL)
    child.wait()

    place = counts.enter("ann", 10)

    assert place is not None
    successor = start(HOLD, "9")
    assert successor.stdout.readline() == "9\n"


def test_a_place_is_free_when_it_is_left_or_forgotten(counts):
    """Leaving twice gives back one; a place that nobody has any more is free."""
    kept = [counts.enter("ann", 3) for _ in range(3)]
    assert counts.enter("ann", 3) is None
    kept[0].leave()
    kept[0].leave()
    kept.append(counts.enter("ann", 3))
    assert counts.enter("ann", 3) is None

    kept.clear()

    assert counts.enter("ann", 1) is not None


def test_threads_never_get_more_than_there_are(counts):
    """Sixteen threads that enter and leave see at most the limit at once."""

    def come_and_go(_):
        place = counts.enter("ann", 4)
        if place is not None:
            place.leave()
        return place is not None

    with ThreadPoolExecutor(16) as pool:
        entered = list(pool.map(come_and_go, range(4000)))

    assert any(entered)
    again = [counts.enter("ann", 4) for _ in range(5)]
    assert [place is not None for place in again] == [True] * 4 + [False]


def test_without_room_on_the_disk_a_process_counts_by_itself(start):
    """It is not killed by a file that has a name and no room."""
    child = start(FULL)

    assert child.communicate()[0] == "10 3\n"
    assert child.returncode == 0


def test_nobody_else_reads_the_file(counts, tmp_path):
    """Only the account that serves may look at it."""
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "run").iterdir()}

    assert modes == {0o600}
