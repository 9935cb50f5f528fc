"""Requests and gauges over time, as the log's file has them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.watch.lines.traffic import tracks, traffic
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry, Times, Track

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOTHING = Times(count=0, avg=None, min=None, max=None, p50=None, p95=None, p99=None)


def answered(minute, milliseconds, *, endpoint="get_products", status=200):
    """The line of a request that was answered some minutes after noon."""
    at = (NOON + timedelta(minutes=minute)).timestamp()
    return Entry(
        at,
        "INFO",
        "entrepot.access",
        "GET /api/products 200",
        endpoint=endpoint,
        method="GET",
        status_code=status,
        duration_ms=milliseconds,
    )


@pytest.fixture
def write(house):
    """A function that puts lines into the house's log, where readers see them."""

    def put(*entries):
        for entry in entries:
            log_store(house).put(entry)

    return put


@pytest.fixture
def sample(house):
    """A function that keeps what a gauge read, some seconds after noon."""

    def put(seconds, name, value, process="a:1", labels="{}"):
        path = log_store(house).path
        connection = open_to_write(path)
        at = int(NOON.timestamp()) + seconds
        connection.execute(
            "INSERT INTO gauge_samples VALUES (?, ?, ?, ?, ?)",
            (at, name, labels, process, value),
        )
        connection.close()

    return put


def of(house, minutes, moments=60):
    """The traffic of so many minutes from noon on."""
    until = NOON + timedelta(minutes=minutes)
    return traffic(house, since=NOON, until=until, moments=moments)


def test_a_log_without_requests_has_moments_without_any(house):
    """Nothing came, and no file is there yet: every moment says so."""
    found = of(house, 2)

    assert (found.requests, found.failed, found.times) == (0, 0, NOTHING)
    assert [(m.at, m.requests, m.times) for m in found.moments] == [
        (NOON, 0.0, NOTHING),
        (NOON + timedelta(minutes=1), 0.0, NOTHING),
    ]
    assert (found.endpoints, found.statuses) == ([], {})


def test_requests_are_per_second_of_their_moment(house, write):
    """Thirty in a minute are half a one a second, and the minute between is zero."""
    write(*[answered(0, 10.0)] * 30, *[answered(2, 10.0, status=500)] * 6)

    found = of(house, 3)

    assert [(m.requests, m.failed) for m in found.moments] == [
        (0.5, 0.0),
        (0.0, 0.0),
        (0.1, 0.1),
    ]
    assert (found.requests, found.failed, found.step_seconds) == (36, 6, 60.0)
    assert found.statuses == {"200": 30, "500": 6}


def test_what_came_before_and_after_does_not_count(house, write):
    """The time begins with its first minute and ends before the next one."""
    write(answered(-1, 1.0), answered(0, 1.0), answered(1, 1.0), answered(2, 1.0))

    assert of(house, 2).requests == 2


def test_a_long_time_has_as_many_moments_as_asked_for(house, write):
    """Minutes go together so that the moments are few, and all are there."""
    write(*[answered(minute, 1.0) for minute in range(0, 120, 12)])

    found = of(house, 120, moments=10)

    assert (len(found.moments), found.step_seconds) == (10, 720.0)
    assert [m.times.count for m in found.moments] == [1] * 10


def test_an_hour_that_is_added_up_counts_what_comes_late(house, write):
    """What is added up of whole hours never hides a request."""
    write(*[answered(minute, 10.0) for minute in range(-30, 150)])
    first, again = of(house, 120), of(house, 120)
    write(answered(70, 30.0, endpoint="home", status=500))
    late = of(house, 120)
    write(answered(200, 10.0), answered(20, 10.0))

    assert first == again
    assert (first.requests, late.requests, of(house, 120).requests) == (120, 121, 122)
    assert (late.failed, late.times.max) == (1, 30.0)
    assert of(house, 210).requests == 153


def test_a_time_may_begin_and_end_within_hours(house, write):
    """Parts of hours count by the minute, beside whole ones."""
    write(*[answered(minute, 10.0) for minute in range(-30, 240)])
    since, until = NOON + timedelta(minutes=50), NOON + timedelta(minutes=190)

    found = [traffic(house, since=since, until=until) for _ in range(2)]

    assert [t.requests for t in found] == [140, 140]
    assert sum(m.times.count for m in found[1].moments) == 140


def test_the_minute_that_goes_on_counts_as_far_as_it_went(house, write):
    """A rate is not halved because its minute is not over."""
    begun = datetime.now(UTC).replace(second=0, microsecond=0)
    entry = answered(0, 1.0)._replace(at=begun.timestamp())
    write(*[entry] * 10)

    until = datetime.now(UTC)
    found = traffic(house, since=begun, until=until)

    gone = max(1.0, (until - begun).total_seconds())
    assert 10 / (gone + 20) < found.moments[0].requests <= 10 / gone


def test_endpoints_come_busiest_first(house, write):
    """Each with its own requests, failures and times."""
    write(
        answered(0, 8.0, endpoint="home"),
        answered(0, 2.0),
        answered(1, 4.0, status=503),
    )

    found = of(house, 2).endpoints

    assert [(e.endpoint, e.requests, e.failed) for e in found] == [
        ("get_products", 2, 1),
        ("home", 1, 0),
    ]
    first = found[0].times
    assert (first.count, first.avg, first.min, first.max) == (2, 3.0, 2.0, 4.0)
    assert first.p50 == pytest.approx(2.0, rel=0.05)
    assert first.p99 == pytest.approx(4.0, rel=0.05)


DURATIONS = st.lists(st.floats(0.02, 100_000), min_size=1, max_size=200)


@given(durations=DURATIONS)
def test_percentiles_are_right_to_a_twentieth(tmp_path_factory, durations):
    """Whatever the durations are, bins give what sorting them would give."""
    house = _house_of(tmp_path_factory.mktemp("log"), durations)

    found = of(house, 1).times

    ordered = sorted(durations)
    exact = [ordered[math.ceil(len(ordered) * p / 100) - 1] for p in (50, 95, 99)]
    assert [found.p50, found.p95, found.p99] == pytest.approx(exact, rel=0.05)
    assert (found.min, found.max) == (ordered[0], ordered[-1])


def _house_of(folder, durations):
    from entrepot.composition import build_house

    environ = {"ENTREPOT_HOME": str(folder), "CONFIG_DIR": str(folder)}
    house = build_house({**environ, "LOG_DB_PATH": str(folder / "log.db")})
    connection = open_to_write(log_store(house).path)
    add_entries(connection, [answered(0, duration) for duration in durations])
    connection.close()
    return house


def test_a_gauge_is_added_up_over_processes(house, sample):
    """Each counts with its mean over the moment; where nobody looked is a gap."""
    sample(0, "entrepot_db_pool_in_use", 2.0)
    sample(30, "entrepot_db_pool_in_use", 4.0)
    sample(15, "entrepot_db_pool_in_use", 10.0, process="a:2")
    sample(130, "entrepot_db_pool_in_use", 1.0)

    until = NOON + timedelta(minutes=3)
    found = tracks(house, ["entrepot_db_pool_in_use"], since=NOON, until=until)

    assert found == [
        Track(name="entrepot_db_pool_in_use", labels={}, points=[13.0, None, 1.0])
    ]


def test_each_set_of_labels_is_a_track_in_the_order_of_the_names(house, sample):
    """What was not asked for, or never read, is not there."""
    sample(0, "entrepot_jobs", 1.0, labels='{"state": "running"}')
    sample(0, "entrepot_jobs", 5.0, labels='{"state": "queued"}')
    sample(0, "entrepot_threads", 7.0)
    sample(0, "entrepot_other", 9.0)

    until = NOON + timedelta(minutes=1)
    names = ["entrepot_threads", "entrepot_nothing", "entrepot_jobs"]
    found = tracks(house, names, since=NOON, until=until)

    assert [(t.name, t.labels, t.points) for t in found] == [
        ("entrepot_threads", {}, [7.0]),
        ("entrepot_jobs", {"state": "queued"}, [5.0]),
        ("entrepot_jobs", {"state": "running"}, [1.0]),
    ]
