"""Metrics over time: percentiles, gauges, labels, and what cannot be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from entrepot.base.errors import Invalid, UnknownName
from entrepot.watch.history import service
from entrepot.watch.history.quantiles import quantile
from entrepot.watch.history.reading import cut_time
from entrepot.watch.history.writing import DAY, HOUR, MINUTE


def test_percentiles_come_from_what_was_counted(serving):
    """Right to an eighth, over one minute or several together."""
    serving.answer(*[n / 1000 for n in range(1, 101)])
    serving.passes()
    serving.answer(*[n / 1000 for n in range(101, 201)])
    serving.passes()

    found = service.read_series(
        serving.house,
        "http_request_duration",
        since=serving.at - timedelta(minutes=2),
        until=serving.at,
        points=1,
        by=(),
        statistics=("avg", "p50", "p95", "p99", "count"),
    )

    numbers = {c.labels["statistic"]: c.points[0] for c in found.series}
    assert found.unit == "ms"
    assert numbers["count"] == 200.0
    assert numbers["avg"] == pytest.approx(100.5)
    assert numbers["p50"] == pytest.approx(100, rel=0.125)
    assert numbers["p95"] == pytest.approx(190, rel=0.125)
    assert numbers["p99"] == pytest.approx(198, rel=0.125)


def test_labels_narrow_and_tell_apart(serving):
    """What is not named is added up."""
    serving.answer(0.1, 0.1)
    serving.answer(0.1, status=500)
    serving.answer(0.1, endpoint="unknown", status=404)
    serving.passes()

    def ask(**asked):
        found = service.read_series(
            serving.house,
            "catalogue_http_requests_total",
            since=serving.at - timedelta(minutes=1),
            until=serving.at,
            statistics=("count",),
            **asked,
        )
        return {tuple(c.labels.values()): c.points[0] for c in found.series}

    assert ask(by=("endpoint",)) == {("get_products",): 3.0, ("unknown",): 1.0}
    assert ask(by=("status",), labels={"endpoint": "get_products"}) == {
        ("200",): 2.0,
        ("500",): 1.0,
    }
    assert ask(by=()) == {(): 4.0}


def test_the_error_rate_is_a_share(serving):
    """A minute without requests has none."""
    serving.answer(0.1, 0.1, 0.1)
    serving.answer(0.1, status=503)
    serving.passes()
    serving.passes()

    assert serving.read("error_rate", minutes=2) == [0.25, None]


def test_gauges_have_a_mean_a_least_and_a_most(serving):
    """Of all looks in the minute; memory and processor time are among them."""
    serving.roller.look(is_long=True)
    serving.roller.look(is_long=True)
    serving.passes()

    names = {"avg", "min", "max"}
    for name in ("memory_usage", "entrepot_disk_free_bytes", "entrepot_jobs"):
        found = service.read_series(
            serving.house,
            name,
            since=serving.at - timedelta(minutes=1),
            until=serving.at,
            by=(),
            statistics=("avg", "min", "max"),
        )
        numbers = {c.labels["statistic"]: c.points[0] for c in found.series}
        assert numbers.keys() == names
        assert numbers["min"] <= numbers["avg"] <= numbers["max"]
    assert serving.read("cpu_usage", minutes=1)[0] >= 0.0


def test_one_number_for_a_rule(serving):
    """All curves together; None where nobody looked."""
    serving.answer(0.1, 0.1)
    serving.answer(0.1, status=500)
    serving.passes()
    begins = serving.at - timedelta(minutes=1)

    def ask(name, statistic, since=begins):
        until = since + timedelta(minutes=1)
        return service.read_number(
            serving.house, name, statistic=statistic, since=since, until=until
        )

    assert ask("request_rate", "rate") == 3 / 60
    assert ask("error_rate", "avg") == pytest.approx(1 / 3)
    assert ask("http_request_duration", "avg") == pytest.approx(100)
    assert ask("request_rate", "rate", begins - timedelta(hours=2)) is None


@pytest.mark.parametrize(
    ("name", "asked", "error"),
    [
        ("nothing", {}, UnknownName),
        ("request_rate", {"labels": {"colour": "red"}}, Invalid),
        ("request_rate", {"by": ("colour",)}, Invalid),
        ("request_rate", {"statistics": ("p99",)}, Invalid),
        ("memory_usage", {"statistics": ("count",)}, Invalid),
        ("request_rate", {"backwards": True}, Invalid),
    ],
)
def test_what_cannot_be_asked_is_refused(serving, name, asked, error):
    """Each says what could have been asked."""
    until = serving.at
    since = until - timedelta(hours=1)
    assert service.read_series(serving.house, "request_rate", since=since, until=until)
    if "backwards" in asked:
        asked, since, until = {}, until, since

    with pytest.raises(error):
        service.read_series(serving.house, name, since=since, until=until, **asked)


def test_every_name_is_listed_with_what_it_can_be_asked(serving):
    """Each of them can be read at once."""
    names = service.list_metrics(serving.house)

    assert {"http_request_duration", "memory_usage", "entrepot_jobs"} <= {
        metric.name for metric in names
    }
    for metric in names:
        found = service.read_series(
            serving.house,
            metric.name,
            since=serving.at - timedelta(hours=1),
            until=serving.at,
            by=metric.labels,
            statistics=metric.statistics,
        )
        assert len(found.timestamps) <= 120


@pytest.mark.parametrize(
    ("span", "step", "points", "kept", "length", "count"),
    [
        (HOUR, None, 60, MINUTE, 2 * MINUTE, 30),
        (HOUR, 60, 60, MINUTE, MINUTE, 60),
        (DAY, None, 120, MINUTE, 15 * MINUTE, 96),
        (HOUR, None, 1, MINUTE, HOUR, 1),
        (30 * DAY, None, 100, HOUR, 10 * HOUR, 73),
        (DAY, 60, 100, MINUTE, 15 * MINUTE, 96),
    ],
)
def test_moments_are_bounded(span, step, points, kept, length, count):
    """There are never more than were asked for, in lengths that people read well."""
    begins = 1_800_000_000 // DAY * DAY

    cut = cut_time(begins, begins + span, step=step, points=points, kept=kept)

    assert (cut.step, cut.count) == (length, count)


@pytest.mark.parametrize(
    ("bins", "share", "value"),
    [
        ({}, 0.5, None),
        ({float("inf"): 2.0}, 0.5, 54.3),
        ({1.0: 10.0}, 1.0, 1.0),
    ],
)
def test_percentiles_of_odd_counts(bins, share, value):
    """Of nothing there is none; beyond the last bound it is that one."""
    found = quantile(bins, share)

    assert found == value if value is None else found == pytest.approx(value, rel=0.1)
