"""Each process watches the database, and keeps what it saw."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from entrepot.app import create_app
from entrepot.base.events import DatabaseRetried, emit
from entrepot.operations.health.monitor import Monitor, watch_database
from entrepot.operations.health.samples import WAITING_COUNT, Sampler, list_points
from entrepot.operations.health.status import check_health


@pytest.fixture
def ready(our_house):
    """A house whose database has its tables."""
    create_app(our_house)
    return our_house


@pytest.fixture
def monitor(ready):
    """Its monitor, which looks when it is told to."""
    return watch_database(ready)


def test_the_first_request_begins_it(our_house):
    """Nothing runs before the fork; after the first answer one thread does."""
    app = create_app(our_house)
    begun = []
    our_house.shelf.get(Monitor, lambda: begun.append(1) or Monitor(our_house))
    our_house.shelf.drop(Monitor)

    app.test_client().get("/health")

    assert begun == [1]
    found = our_house.shelf.get(Monitor, lambda: pytest.fail("it was not begun"))
    assert found._thread.is_alive()


def test_it_stops_with_the_house(monitor, ready):
    """Closing the house ends the thread."""
    ready.close()

    assert not monitor._thread.is_alive()


def test_a_look_is_noted(monitor, ready):
    """Time taken, peak of the pool and counts since the last look are kept."""
    monitor.look()
    with ready.store.engine.connect(), ready.store.engine.connect():
        pass
    emit(DatabaseRetried(retry=1, why="Database locked", wait_seconds=1.0))
    with ready.store.read_session() as session, pytest.raises(Exception, match="nowh"):
        session.execute(text("SELECT 1 FROM nowhere"))
    monitor.look()

    first, second = list_points(ready, hours=1)
    assert second.most_checked_out == 2
    assert (second.status, second.failed, second.retries) == ("healthy", 1, 1)
    assert second.response_ms > 0
    assert (second.pool_size, second.pool_limit) == (10, 30)
    assert first.process == second.process
    assert second.process.endswith(f":{os.getpid()}")


def test_the_history_is_an_answer(monitor, admin):
    """The endpoint gives the points of every process, oldest first."""
    monitor.look()
    monitor.look()

    data = admin.get("/api/database/history?hours=0.5").json["data"]

    assert len(data) == 2
    assert data[0]["at"] < data[1]["at"]


def test_what_cannot_be_written_waits(ready):
    """Samples taken while the database is away are written when it is back."""
    sampler = Sampler(ready)
    health = check_health(ready)
    with ready.store.session() as session:
        session.execute(text("ALTER TABLE operations_sample RENAME TO away"))
    for _ in range(3):
        sampler.take(health)
    with pytest.raises(Exception, match="operations_sample"):
        sampler.write()
    with ready.store.session() as session:
        session.execute(text("ALTER TABLE away RENAME TO operations_sample"))
    sampler.write()

    assert len(list_points(ready, hours=1)) == 3
    assert len(sampler.waiting) == 0


def test_what_waits_is_bounded(ready):
    """A database that stays away for long does not fill the memory."""
    sampler = Sampler(ready)
    health = check_health(ready)

    for _ in range(WAITING_COUNT + 5):
        sampler.take(health)

    assert len(sampler.waiting) == WAITING_COUNT


def test_old_samples_go(ready):
    """What is older than the days that are set is forgotten with the next write."""
    now = datetime.now(UTC)
    times = [now - timedelta(days=8), now]
    sampler = Sampler(ready, clock=lambda: times[0])
    health = check_health(ready)
    sampler.take(health)
    sampler.write()
    before = list_points(ready, hours=24 * 30)
    times.pop(0)
    sampler.take(health)
    sampler.write()

    assert [p.at[:10] for p in before] == [f"{now - timedelta(days=8):%Y-%m-%d}"]
    assert [p.at[:10] for p in list_points(ready, hours=24 * 30)] == [f"{now:%Y-%m-%d}"]


def test_loss_and_return_are_told_once(environ, heard):
    """However many looks fail, one event says that it is lost, one that it is back."""
    from entrepot.composition import build_house

    house = build_house({**environ, "DB_HEALTH_CHECK_INTERVAL": "0"})
    create_app(house)
    monitor = watch_database(house)
    path = house.store.url.database
    os.rename(path, path + ".away")
    monitor.look()
    monitor.look()
    os.rename(path + ".away", path)
    monitor.look()
    house.close()

    told = [type(e).__name__ for e in heard if type(e).__name__.startswith("Database")]
    assert told == ["DatabaseLost", "DatabaseFound"]
