"""Minutes are written once, whoever dies, whatever the clock says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from entrepot.base.store import Store
from entrepot.composition import build_house, hear
from entrepot.watch.history.amounts import Amount, grown
from entrepot.watch.history.models import MetricRollup, MetricSource
from entrepot.watch.history.roller import Elapsed, stretch_of
from entrepot.watch.history.writing import DAY, HOUR, MINUTE, add_amounts, prune
from tests.watch.history.conftest import Serving

RATE, COUNT = "request_rate", "catalogue_http_requests_total"


def test_a_minute_has_what_came_in_it(serving):
    """Not what came before, nor after."""
    serving.answer(0.1, 0.1)
    serving.passes()
    serving.answer(0.1)
    serving.passes()
    serving.passes()

    assert serving.read(COUNT, statistics=("count",)) == [2.0, 1.0, 0.0]
    assert serving.read(RATE) == [2 / 60, 1 / 60, 0.0]


def test_a_minute_that_nobody_wrote_is_a_gap(serving):
    """It is no zero; what came meanwhile is told with the time that it took."""
    serving.passes()
    serving.answer(*[0.1] * 60)
    serving.passes(180)

    assert serving.read(RATE, minutes=4) == [0.0, None, None, 60 / 180]


def test_another_leader_goes_on(serving):
    """It knows what was written, and writes nothing twice."""
    serving.answer(0.1, 0.1)
    serving.passes()
    serving.again()
    serving.answer(0.1)
    serving.passes()

    assert serving.read(COUNT, minutes=2, statistics=("count",)) == [2.0, 1.0]


def test_a_new_start_loses_nothing(serving, surroundings):
    """What was counted before all died is told, and what was counted since."""
    serving.answer(*[0.1] * 5)
    serving.passes()
    serving.answer(*[0.1] * 2)  # nobody writes these before the end
    serving.house.close()
    house = build_house(surroundings)
    hear(house)
    again = Serving(house, serving.at)
    again.answer(0.1)
    again.passes()

    again.at += timedelta(minutes=10)  # the end is when the file says
    counts = again.read(COUNT, minutes=15, statistics=("count",))
    again.close()
    house.close()
    assert sum(filter(None, counts)) == 8.0


def test_what_is_refused_is_written_later(serving):
    """Where our own database fails, the next minute has all of it."""
    store = serving.roller._store
    serving.roller._store = Store(serving.house.settings)
    serving.roller._store.session = _refuse
    serving.answer(0.1, 0.1)
    with pytest.raises(OSError, match="away"):
        serving.passes()
    serving.roller._store = store
    serving.answer(0.1)
    serving.passes()

    assert serving.read(COUNT, minutes=2, statistics=("count",)) == [None, 3.0]


def _refuse():
    raise OSError("away")


def test_hours_and_days_have_the_same_sums(serving):
    """Each minute is added to its hour and its day as well."""
    serving.answer(0.1, 0.3)
    serving.passes()
    serving.answer(0.5)
    serving.passes()

    with serving.house.store.read_session() as session:
        rows = session.execute(
            select(MetricRollup.step, MetricRollup.count, MetricRollup.total)
            .where(MetricRollup.bins.is_not(None))
            .order_by(MetricRollup.step)
        ).all()
    sums = {}
    for step, count, total in rows:
        before = sums.get(step, (0, 0))
        sums[step] = (before[0] + count, round(before[1] + total, 6))
    assert sums == {step: (3.0, 0.9) for step in (MINUTE, HOUR, DAY)}


def test_what_is_old_goes(serving):
    """Minutes after two days, hours after 90, days after two years."""
    with serving.house.store.session() as session:
        source = session.scalars(select(MetricSource)).one()
        now = 1_800_000_000 // DAY * DAY
        for age in (0, 3 * DAY, 100 * DAY, 800 * DAY):
            add_amounts(session, source.id, now - age, {("x", ()): Amount(1.0)})
        session.execute(update(MetricRollup).values(count=MetricRollup.count))
        prune(session, now)

    with serving.house.store.read_session() as session:
        kept = session.execute(
            select(MetricRollup.step, MetricRollup.at)
            .where(MetricRollup.at <= now)
            .where(MetricRollup.at >= now - 900 * DAY)
            .order_by(MetricRollup.step, MetricRollup.at.desc())
        ).all()
    old = [(step, (now - at) // DAY) for step, at in kept if at > 1_600_000_000]
    assert [(s, a) for s, a in old if a in (0, 3, 100, 800)] == [
        (MINUTE, 0),
        (HOUR, 0),
        (HOUR, 3),
        (DAY, 0),
        (DAY, 3),
        (DAY, 100),
    ]


def test_a_number_that_went_down_began_again():
    """It counts from zero; one that did not move is not there."""
    key, same = '["count","x",["a"],[]]', '["count","x",["b"],[]]'

    found = grown({key: (10.0,), same: (5.0,)}, {key: (4.0,), same: (5.0,)})

    assert found == {("x", ("a",)): Amount(4.0)}


@pytest.mark.parametrize(
    ("before", "now", "elapsed", "at", "seconds"),
    [
        (6000.0, 6060.05, Elapsed(60.05, is_whole=True), 6000, 60.05),
        (6000.0, 6075.0, Elapsed(75.0, is_whole=True), 6000, 75.0),
        (6060.0, 6080.0, Elapsed(20.0, is_whole=True), 6060, 20.0),
        (6000.0, 9000.0, Elapsed(60.0, is_whole=True), 8940, 60.0),
        (6000.0, 3000.0, Elapsed(60.0, is_whole=True), 2940, 60.0),
        (6000.0, 3000.0, Elapsed(5.0, is_whole=False), 2940, 5.0),
        (6000.0, 6600.0, Elapsed(5.0, is_whole=False), 6540, 600.0),
        (0.0, 6600.0, Elapsed(10.0, is_whole=False), 6540, 10.0),
    ],
)
def test_a_clock_that_jumps_stretches_no_minute(before, now, elapsed, at, seconds):
    """How long it was is the steady clock's to say, where it is known."""
    found = stretch_of(before, now, elapsed)

    assert (found.at, found.seconds) == (at, seconds)


def test_a_clock_that_goes_back_adds_up(serving):
    """The same minute a second time has both."""
    serving.answer(0.1)
    serving.passes()
    serving.at -= timedelta(seconds=60)
    serving.answer(0.1, 0.1)
    serving.passes()

    assert serving.read(COUNT, minutes=1, statistics=("count",)) == [3.0]
