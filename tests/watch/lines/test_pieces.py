"""Requests added up by hours and days: never more and never less than there were."""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.watch.lines.pieces import by_endpoint, by_moment, cover
from entrepot.watch.log.bins import bin_of
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.rolling import DAY, HOUR, SUMS, forget_sums, rolled_until
from entrepot.watch.spec import Entry

START = 29_400_000 // DAY * DAY
"""A minute with which a day begins."""
DAYS = 5
ENDPOINTS = ("get_products", "get_product", "home")
MINUTES = st.integers(START - HOUR, START + DAYS * DAY + HOUR)
STEPS = st.sampled_from([1, 2, 3, 6, 12, 30, HOUR, 3 * HOUR, DAY])


def answered(minute, chance):
    """A request in a minute; halves of milliseconds add up without a rest."""
    return Entry(
        minute * 60.0 + chance.randrange(60),
        "INFO",
        "entrepot.access",
        "GET / 200",
        endpoint=chance.choice(ENDPOINTS),
        status_code=chance.choice((200, 200, 200, 404, 500)),
        duration_ms=chance.randrange(1, 400) / 2,
    )


def summed(requests, key, first, end):
    """What is asked for, of the requests themselves."""
    found = defaultdict(list)
    for one in requests:
        if first <= one.at // 60 < end:
            found[(*key(one), bin_of(one.duration_ms))].append(one.duration_ms)
    return {k: (len(d), sum(d), min(d), max(d)) for k, d in found.items()}


def of_endpoints(requests, first, end):
    """The same as `by_endpoint`, of the requests themselves."""
    return summed(requests, lambda r: (r.endpoint, r.status_code), first, end)


def of_moments(requests, first, end, step):
    """The same as `by_moment`, of the requests themselves."""
    return summed(
        requests,
        lambda r: (int(r.at // 60) // step, r.status_code >= 500),
        first,
        end,
    )


def found(rows):
    """Rows of pieces as `summed` has them."""
    return {(one, other, row[0]): row[1:] for one, other, row in rows}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A log of five days with gaps, written in time but for some, and its requests."""
    chance = random.Random(5)
    requests = []
    with closing(open_to_write(tmp_path_factory.mktemp("log") / "log.db")) as file:
        for begin in range(START, START + DAYS * DAY, 45):
            if chance.random() < 0.3:
                continue
            late = chance.choice((0, 0, 0, 0, 50, 400, 2000))
            batch = [
                answered(begin + chance.randrange(45) - late, chance) for _ in range(9)
            ]
            add_entries(file, batch)
            requests += batch
        yield file, requests


def test_all_hours_that_are_over_are_added_up(written):
    """Whoever asks for a long time reads few rows."""
    file, requests = written

    newest = max(one.at for one in requests) // 60
    assert newest - 2 * HOUR < rolled_until(file) <= newest
    [lengths] = file.execute("SELECT count(DISTINCT length) FROM request_sums")
    assert lengths == (3,)


@given(first=MINUTES, end=MINUTES)
def test_endpoints_have_the_requests_of_any_time(written, first, end):
    """Wherever a time begins and ends, it is counted exactly."""
    file, requests = written
    first, end = min(first, end), max(first, end) + 1

    counted = found(by_endpoint(file, first, end))

    assert counted == of_endpoints(requests, first, end)


@given(first=MINUTES, end=MINUTES, step=STEPS)
def test_moments_have_the_requests_of_any_time(written, first, end, step):
    """However long they are, each has its own."""
    file, requests = written
    first, end = min(first, end), max(first, end) + 1

    counted = found(by_moment(file, first, end, step))

    assert counted == of_moments(requests, first, end, step)


BATCHES = st.lists(
    st.lists(st.integers(0, 2 * DAY), min_size=1, max_size=4), min_size=1, max_size=8
)


@settings(max_examples=40)
@given(batches=BATCHES)
def test_lines_may_come_in_any_order(tmp_path_factory, batches):
    """A clock that goes back and forth makes hours be added up again."""
    chance = random.Random(1)
    requests = []
    path = tmp_path_factory.mktemp("log") / "log.db"
    with closing(open_to_write(path)) as file:
        for batch in batches:
            told = [answered(START + minute, chance) for minute in batch]
            add_entries(file, told)
            requests += told

            bounds = (START, START + 3 * DAY)
            assert found(by_endpoint(file, *bounds)) == of_endpoints(requests, *bounds)
            counted = found(by_moment(file, *bounds, HOUR))
            assert counted == of_moments(requests, *bounds, HOUR)


def test_a_file_that_was_there_is_added_up_a_day_at_a_time(tmp_path):
    """No writer waits for all of it; what is not added up yet is read by minutes."""
    chance = random.Random(2)
    old = [answered(START + minute, chance) for minute in range(0, 4 * DAY, 7)]
    path = tmp_path / "log.db"
    with closing(open_to_write(path)) as file:
        add_entries(file, old)
        for table in ("request_sums", "request_curves"):
            file.execute(f"DROP TABLE {table}")
        file.execute("DELETE FROM log_state")
    bounds, far = (START, START + 5 * DAY), []
    with closing(open_to_write(path)) as file:
        for minute in range(4):
            new = answered(START + 4 * DAY + minute, chance)
            add_entries(file, [new])
            old.append(new)
            far.append(rolled_until(file) - START)

            assert found(by_endpoint(file, *bounds)) == of_endpoints(old, *bounds)
    assert far == [DAY, 2 * DAY, 3 * DAY, 4 * DAY]


def test_what_is_added_up_goes_when_it_is_over(written):
    """A day that is kept in part stays; hours that are too old do not."""
    file, _ = written
    oldest = START + DAY + 6 * HOUR
    file.execute("BEGIN")

    forget_sums(file, oldest)

    left = "SELECT length, min(at) FROM request_sums GROUP BY 1"
    kept = dict(file.execute(left).fetchall())
    file.execute("ROLLBACK")
    assert kept == {DAY: START + DAY, 360: oldest, HOUR: oldest}


@given(first=MINUTES, end=MINUTES, until=MINUTES)
def test_pieces_lie_side_by_side(first, end, until):
    """Together they are the time, and none begins where it should not."""
    pieces = cover(first, end, SUMS[::-1], until // HOUR * HOUR)

    if first >= end:
        assert pieces == []
        return
    assert (pieces[0][1], pieces[-1][2]) == (first, end)
    assert all(one[2] == other[1] for one, other in pairwise(pieces))
    assert all(b % n == e % n == 0 and b < e for n, b, e in pieces)
    assert all(e <= until for n, _, e in pieces if n > 1)
