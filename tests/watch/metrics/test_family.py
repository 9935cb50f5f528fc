"""What the processes of a server take together, from the kernel's own figures."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from entrepot.watch.metrics.exposition import tell
from entrepot.watch.metrics.family import list_family, list_usage
from entrepot.watch.metrics.folder import folder_of

NAMES = {
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "process_start_time_seconds",
}


@pytest.fixture
def child():
    """A process below this one, which lives until the test is over."""
    child = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout
    child.stdout.readline()  # from now on it takes no more
    yield child
    child.communicate(b"\n")


def test_a_family_is_a_server_and_all_below_it(child):
    """From whichever member it is looked at."""
    me = os.getpid()

    assert {me, child.pid} <= set(list_family(me, {me}))
    assert list_family(child.pid, {me})[0] == me
    assert set(list_family(child.pid, {me})) == set(list_family(me, {me}))


def test_without_a_server_above_a_process_is_its_own_family(child):
    """A developer's server tells of itself."""
    assert list_family(child.pid, set()) == [child.pid]


def test_the_figures_are_the_kernels(child):
    """Memory and files of a process, and when it began."""
    (usage,) = list_usage([child.pid])

    with open(f"/proc/{child.pid}/status") as file:
        status = dict(line.split(":", 1) for line in file)
    assert usage.resident_bytes == pytest.approx(_kb(status["VmRSS"]), rel=0.1)
    assert usage.virtual_bytes == pytest.approx(_kb(status["VmSize"]), rel=0.1)
    assert usage.open_fds == len(os.listdir(f"/proc/{child.pid}/fd"))
    mine = list_usage([os.getpid()])[0]
    assert mine.started_at <= usage.started_at <= mine.started_at + 86_400


def _kb(text: str) -> int:
    return int(text.split()[0]) * 1024


def test_a_process_that_is_gone_is_left_out(child):
    """Between looking and reading, processes die."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert len(list_usage([child.pid, ended.pid])) == 1


def test_time_that_a_dead_child_took_stays(child):
    """The parent has it."""
    before = list_usage([os.getpid()])[0].cpu_seconds
    subprocess.run(
        [sys.executable, "-c", "for _ in range(4_000_000): pass"], check=True
    )

    assert list_usage([os.getpid()])[0].cpu_seconds > before + 0.03


def test_processor_time_never_goes_back(counting):
    """Where a process was lost unseen, the last figure stands."""
    folder = folder_of(counting.settings)
    server = folder.join()
    me = os.getpid()

    seen = [folder.never_less(me, n) for n in (5.0, 7.0, 6.0, 8.0)]

    os.close(server)
    assert seen == [5.0, 7.0, 7.0, 8.0]


@pytest.mark.parametrize("whose", ["family", "own", "none"])
def test_whose_figures_are_told_can_be_chosen(environ, whose):
    """All of them, the answering process's, or none."""
    from entrepot.composition import build_house

    house = build_house({**environ, "METRICS_PROCESS": whose})
    lines = tell(house).body.decode().splitlines()
    house.close()

    told = {line.split(" ")[0] for line in lines if line.startswith("process_")}
    assert told == (set() if whose == "none" else NAMES)
