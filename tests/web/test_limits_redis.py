"""Hosts count callers' requests together in a real Redis, and apart without it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis as Client
from tests.services import own_redis

from entrepot.accounts import make_key
from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.web.events import LimitsApart, LimitsTogether
from entrepot.web.limits_counters import HostCounts
from entrepot.web.limits_redis import PREFIX, RedisCounts


@pytest.fixture
def redis():
    """A Redis server of the test's own, which it may stop."""
    with own_redis() as server:
        yield server


@pytest.fixture
def open_counts(redis, tmp_path):
    """A function that opens the counters of one more host."""
    opened = []

    def open_one(seconds=300, clock=time.monotonic):
        host = HostCounts(tmp_path / f"host-{len(opened)}")
        opened.append(RedisCounts(redis.url, host, seconds, clock=clock))
        return opened[-1]

    yield open_one
    for counts in opened:
        counts.close()


def granted(counts, times, per_minute=10):
    """Ask so many times; return how many were granted."""
    return sum(not counts.spend("ann", per_minute).wait_seconds for _ in range(times))


def test_hosts_share_one_bucket(open_counts):
    """What one host has spent is gone for the other; a refusal says how long."""
    here, there = open_counts(), open_counts()

    assert (granted(here, 7), granted(there, 7)) == (7, 3)
    refused = here.spend("ann", 10)
    assert 0 < refused.wait_seconds <= 6
    here.give_back("ann", 10)
    assert granted(there, 2) == 1


def test_requests_at_the_same_moment_are_counted_once_each(open_counts):
    """Four hosts with threads get exactly what there is."""
    hosts = [open_counts() for _ in range(4)]
    began = time.monotonic()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: granted(hosts[n % 4], 50, 200), range(8)))

    refilled = (time.monotonic() - began) * 200 / 60  # it fills up meanwhile
    assert 200 <= sum(found) <= 201 + refilled


def test_hosts_share_the_places_of_an_address(open_counts):
    """A place that is left, or forgotten, is free for all."""
    here, there = open_counts(), open_counts()
    first, second = here.enter("ann", 2), there.enter("ann", 2)
    assert here.enter("ann", 2) is None

    first.leave()
    first.leave()

    assert here.enter("ann", 2) is not None
    del second
    assert there.enter("ann", 2) is not None


def test_a_place_of_a_host_that_died_counts_no_longer_than_a_request(
    open_counts, redis
):
    """Its lease is the time limit of requests and a minute."""
    place = open_counts(seconds=240).enter("ann", 2)

    with Client.from_url(redis.url) as client:
        [(_, until)] = client.zrange(f"{PREFIX}places:ann", 0, -1, withscores=True)

    assert 290 < until - time.time() <= 301
    place.leave()


def test_without_redis_each_host_counts_by_itself(open_counts, redis, heard):
    """Soon, said once, and together again when it is back."""
    now = [100.0]
    counts = open_counts(clock=lambda: now[0])
    assert granted(counts, 5) == 5
    redis.stop()

    begun = time.monotonic()
    assert granted(counts, 12) == 10
    place = counts.enter("ann", 1)
    assert counts.enter("ann", 1) is None
    assert time.monotonic() - begun < 10
    place.leave()
    assert [type(event) for event in heard] == [LimitsApart]
    assert "redis://" not in str(heard)

    redis.start()
    now[0] += 5.0
    assert granted(counts, 12) == 10  # Redis began anew
    assert [type(event) for event in heard] == [LimitsApart, LimitsTogether]


def test_a_server_uses_redis_where_it_is_set(environ, redis, heard):
    """Limits hold, health tells how Redis is, and requests go on without it."""
    few = {"REDIS_URL": redis.url, "RATE_LIMIT_PER_MINUTE": "2"}
    house = build_house({**environ, **few, "ENTREPOT_AUTH": "required"})
    app = create_app(house)
    app.add_url_rule("/api/data/x", "x", lambda: "in")
    client = app.test_client()
    key = make_key(house, name="probe", role="viewer").secret

    def ask():
        return client.get("/api/data/x", buffered=True).status_code

    def health():
        shown = {"X-API-Key": key}
        answer = client.get("/api/health?strict=1", headers=shown, buffered=True)
        return answer.json["checks"]["limits"]

    assert ([ask(), ask(), ask()], health()) == ([200, 200, 429], "healthy")
    redis.stop()
    assert [ask(), ask(), ask()] == [200, 200, 429]
    house.shelf.drop("limits")
    assert LimitsApart in map(type, heard)
    house.close()


def test_a_redis_that_is_gone_is_degraded(environ, redis):
    """The server goes on: it is not unhealthy."""
    redis.stop()
    house = build_house({**environ, "REDIS_URL": redis.url})
    client = create_app(house, is_open=True).test_client()

    answer = client.get("/api/health?strict=1")

    assert answer.status_code == 200
    assert answer.json["checks"] == {
        "database": "healthy",
        "limits": "degraded",
        "log_store": "healthy",
        "trace_store": "healthy",
        "jobs": "healthy",
    }
    house.close()
