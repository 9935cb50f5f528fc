"""Errors are folded without anybody looking, by many processes, and through deaths."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import func, select

from entrepot.base.events import Event, RequestAnswered
from entrepot.composition import build_house
from entrepot.jobs.events import JobStarted
from entrepot.watch.groups import folding, following, service
from entrepot.watch.groups.following import Follower
from entrepot.watch.groups.models import ErrorGroupRow
from entrepot.watch.groups.spec import Wish
from tests.running import ROOT
from tests.serving.servers import until
from tests.watch.groups.causes import error, write

ANSWERED = RequestAnswered(
    method="GET",
    path="/",
    protocol="HTTP/1.1",
    endpoint="home",
    status=200,
    seconds=0.1,
    size_bytes=1,
)
STARTED = JobStarted(id="1", kind="x.y", worker="w", attempt=1, waited_seconds=0.0)
FOLD = """
from entrepot.composition import build_house
from entrepot.migrations import import_models
from entrepot.watch.groups import folding
import_models()
folding.AT_ONCE = 5
house = build_house()
while folding.fold(house).errors:
    pass
house.close()
"""


def counted(house) -> int:
    """Return how many errors are counted, without folding any."""
    with house.store.read_session() as session:
        return session.scalar(select(func.coalesce(func.sum(ErrorGroupRow.count), 0)))


@pytest.mark.parametrize(
    ("event", "begins"), [(ANSWERED, True), (STARTED, True), (Event(), False)]
)
def test_a_process_that_serves_or_works_folds(house, monkeypatch, event, begins):
    """By itself, until it is closed; a command that ends at once does not."""
    monkeypatch.setattr(following, "SECONDS", 0.01)
    write(house, error("It broke"))
    with closing(Follower(house)) as follower:
        follower.hear(event)
        if begins:
            until(lambda: counted(house) == 1)
        thread = follower._thread

    assert (thread is not None) == begins
    assert thread is None or not thread.is_alive()


def test_a_follower_outlives_what_cannot_be_done(house, monkeypatch):
    """A database that is away for a moment, and what nobody thought of."""
    monkeypatch.setattr(following, "SECONDS", 0.01)
    tries = iter([ZeroDivisionError, ValueError])
    real = folding.fold

    def fold(house):
        for wrong in tries:
            raise wrong
        return real(house)

    monkeypatch.setattr(folding, "fold", fold)
    write(house, error("It broke"))
    with closing(Follower(house)) as follower:
        follower.hear(ANSWERED)
        until(lambda: counted(house) == 1)

    assert next(tries, None) is None


def test_many_fold_at_once_and_each_error_counts_once(both, monkeypatch):
    """As workers do that look at the same moment."""
    monkeypatch.setattr(folding, "AT_ONCE", 10)
    words = ["alpha is gone", "beta is away", "gamma is late"]
    write(both, *(error(words[n % 3]) for n in range(150)))
    with ThreadPoolExecutor(4) as pool:
        folded = list(pool.map(lambda _: folding.fold(both, seconds=600), range(8)))
    folding.fold(both, seconds=600)

    found = service.list_groups(both, Wish()).groups
    assert {group.title: group.count for group in found} == dict.fromkeys(words, 50)
    assert sum(one.errors for one in folded) <= 150


@pytest.mark.fault
def test_whatever_is_killed_each_error_counts_once(surroundings):
    """A process is killed in its midst, again and again; the last one ends."""
    total = 3_000
    with closing(build_house(surroundings)) as house:
        write(house, *(error(f"row {n} is gone") for n in range(total)))
        kills = 0
        while kills < 4:
            before = counted(house)
            process = _begin(surroundings)
            until(lambda: counted(house) > before or process.poll() is not None)  # noqa: B023  # called here
            kills += 1
            process.kill()
            process.wait()
        was = counted(house)
        last = _begin(surroundings)

        assert last.wait(600) == 0
        assert was > 0
        assert counted(house) == total


def _begin(environ):
    variables = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", **environ}
    return subprocess.Popen([sys.executable, "-c", FOLD], env=variables)
