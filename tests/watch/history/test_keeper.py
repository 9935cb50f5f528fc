"""The thread that writes history: begun with work, one leader, fails nobody."""

from __future__ import annotations

import time

import pytest

from entrepot.base.events import emit
from entrepot.composition import build_house, hear
from entrepot.jobs import WorkerStarted
from entrepot.watch.events import HistoryFound, HistoryLost
from entrepot.watch.history.keeper import JUMP_SECONDS, Clock, Keeper
from entrepot.watch.history.listening import KEEPER
from entrepot.watch.history.writing import HOUR
from tests.watch.history.conftest import Serving


@pytest.fixture
def keepers(house):
    """A function that gives a keeper more."""
    hear(house)
    made = []

    def make():
        made.append(Keeper(house, "web"))
        return made[-1]

    yield make
    for keeper in made:
        keeper.close()


def test_work_begins_it_and_the_houses_end_ends_it(house):
    """A command that only looks has none."""
    hear(house)
    before = house.shelf.get(KEEPER, _none)
    house.shelf.drop(KEEPER)
    emit(WorkerStarted(worker="w"))
    keeper = house.shelf.get(KEEPER, _none)
    house.close()

    assert isinstance(before, _Nothing)
    assert isinstance(keeper, Keeper)
    assert not keeper._thread.is_alive()


class _Nothing:
    def close(self):
        """Nothing is open."""


def _none():
    return _Nothing()


def test_one_of_all_leads(house, keepers):
    """While it lives; then another."""
    first, second = keepers(), keepers()
    leads = [first._leads(), second._leads()]
    first.close()
    first._lead = None

    assert leads == [True, False]
    assert second._leads()


def test_those_who_follow_write_no_minutes(house, keepers):
    """What all counted is written once."""
    first, second = keepers(), keepers()
    serving = Serving(house, _now())
    serving.close()
    first.write(time.time())
    serving.answer(0.1, 0.1)
    for keeper in (second, first, second, first):
        keeper.write(time.time())

    serving.at = _now(60)
    counts = serving.read(
        "catalogue_http_requests_total", minutes=10, statistics=("count",)
    )
    assert sum(filter(None, counts)) == 2.0


def _now(more=0.0):
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(seconds=more)


def test_trouble_is_told_once_and_fails_nobody(house, keepers, heard):
    """And once more when it is over."""
    keeper = keepers()
    follow = keeper._roller.write

    def refuse(_now):
        raise OSError("away")

    keeper._roller.write = refuse
    for _ in range(3):
        keeper.write(time.time())
    keeper._roller.write = follow
    keeper.write(time.time())

    told = [e for e in heard if isinstance(e, HistoryLost | HistoryFound)]
    assert [(type(e), e.what) for e in told] == [
        (HistoryLost, "metrics"),
        (HistoryFound, "metrics"),
    ]


def test_where_there_is_no_database_none_is_made(environ):
    """A process that serves the catalogue alone has no file of ours."""
    house = build_house(environ)
    keeper = Keeper(house, "web")
    keeper.look(time.time())
    keeper.write(time.time())
    keeper.close()
    house.close()

    assert not (house.home / "entrepot.db").exists()


def test_after_a_jump_the_clock_says_nothing_for_an_hour():
    """Or a wrong year would remove two of them."""
    clock = Clock()

    assert clock.look(0.0, 0.0)
    assert clock.look(60.0, 60.0)
    assert not clock.look(120.0 + JUMP_SECONDS + 1, 120.0)
    assert not clock.look(780.0, 180.0 + HOUR / 2)
    assert clock.look(780.0 + HOUR, 180.0 + HOUR * 1.5)
