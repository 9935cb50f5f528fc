"""What happens is counted, in the documented names, labels and bounds."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Invalid
from entrepot.base.events import DatabaseRetried, emit
from entrepot.composition import build_house, hear, load_settings
from entrepot.exports.events import ExportBroke, ExportFinished
from entrepot.watch.metrics import metrics
from entrepot.watch.metrics.exposition import tell
from entrepot.watch.metrics.sheet import SIZE_BYTES
from entrepot.watch.metrics.tally import COMBINATIONS, tally


def test_a_request_is_counted_with_its_labels(told, answer):
    """Method, endpoint and status of each, as the documents have them."""
    answer()
    answer()
    answer(status=500)
    answer(endpoint="unknown", status=404, method="POST")

    name = "catalogue_http_requests_total"
    assert told(name) == [
        f'{name}{{endpoint="get_products",method="GET",status="200"}} 2.0',
        f'{name}{{endpoint="get_products",method="GET",status="500"}} 1.0',
        f'{name}{{endpoint="unknown",method="POST",status="404"}} 1.0',
    ]


def test_durations_are_counted_in_the_documented_bounds(told, answer):
    """A bound counts what took at most so long; sum and count are beside it."""
    for seconds in (0.01, 0.02, 1.5, 30.0):
        answer(seconds=seconds)

    name = "catalogue_http_request_duration_seconds"
    counts = {"0.01": 1, "0.05": 2, "0.1": 2, "0.5": 2, "1.0": 2, "2.0": 3, "5.0": 3}
    bucket = f'{name}_bucket{{endpoint="get_products",le="%s",method="GET"}} %d.0'
    of = '{endpoint="get_products",method="GET"}'
    assert told(name) == [
        *(bucket % pair for pair in [*counts.items(), ("+Inf", 4)]),
        f"{name}_count{of} 4.0",
        f"{name}_sum{of} 31.53",
    ]


def test_an_unknown_method_is_other(told, answer):
    """Whoever invents methods makes no labels."""
    answer(method="GET")
    answer(method="BREW")
    answer(method="WHEN")

    name = "catalogue_http_requests_total"
    assert told(name) == [
        f'{name}{{endpoint="get_products",method="GET",status="200"}} 1.0',
        f'{name}{{endpoint="get_products",method="other",status="200"}} 2.0',
    ]


def test_beyond_a_thousand_combinations_all_is_other(told, answer):
    """Labels cannot fill the memory; what is counted stays right in sum."""
    for number in range(COMBINATIONS + 20):
        answer(endpoint=f"view_{number}")

    name = "catalogue_http_requests_total"
    lines = told(name)
    assert len(lines) == COMBINATIONS + 1
    assert f'{name}{{endpoint="other",method="other",status="other"}} 20.0' in lines
    assert sum(float(line.rpartition(" ")[2]) for line in lines) == COMBINATIONS + 20


def test_what_happens_is_counted_by_its_name(told):
    """An event counts with its level, whichever room tells of it."""
    emit(DatabaseRetried(retry=1, why="Database locked", wait_seconds=1.0))
    emit(DatabaseRetried(retry=2, why="Database locked", wait_seconds=2.0))

    name = "entrepot_events_total"
    assert told(name) == [f'{name}{{event="DatabaseRetried",level="warning"}} 2.0']


def test_exports_are_counted_by_format(told):
    """How they ended, and the rows and bytes of those that finished."""
    for rows in (10, 32):
        emit(
            ExportFinished(
                id="a", format="csv", rows=rows, size_bytes=100, sha256="", seconds=1.0
            )
        )
    emit(ExportBroke(id="b", format="xlsx", seconds=1.0, code="broken", error=""))

    assert [line for line in told("entrepot_export") if "receipts" not in line] == [
        'entrepot_exports_total{format="csv",outcome="completed"} 2.0',
        'entrepot_exports_total{format="xlsx",outcome="failed"} 1.0',
        'entrepot_export_rows_total{format="csv"} 42.0',
        'entrepot_export_bytes_total{format="csv"} 200.0',
    ]


def test_a_full_sheet_breaks_nothing(counting, told):
    """Where there is no room for new numbers, those that have a place go on."""
    counts = tally(counting)
    counts.add(metrics.EVENTS, "Known", "info")
    for number in range(SIZE_BYTES // 200_000 + 1):
        counts.show("x" * 200_000 + str(number), [((), 1.0)])
    for number in range(7_000):
        counts.show(str(number), [(("x" * 100,), 1.0)])
    counts.add(metrics.EVENTS, "Known", "info")
    counts.add(metrics.EVENTS, "New", "info")

    name = "entrepot_events_total"
    assert told(name) == [f'{name}{{event="Known",level="info"}} 2.0']


@pytest.mark.parametrize(
    "text", ["1,x", "2,1", "1,1", "0,1", "-1", "nan", "1,inf", ","]
)
def test_wrong_bounds_stop_the_start(environ, text):
    """Bounds are numbers above zero in ascending order; others are refused."""
    assert load_settings({**environ, "METRICS_BUCKETS": "0.5, 1,2.5"})

    with pytest.raises(Invalid, match="METRICS_BUCKETS"):
        load_settings({**environ, "METRICS_BUCKETS": text})


def test_other_bounds_are_told(environ, answer):
    """What is set is what Prometheus gets."""
    house = build_house({**environ, "METRICS_BUCKETS": "0.25,1"})
    hear(house)
    answer(seconds=0.3)

    lines = tell(house).body.decode().splitlines()
    house.close()
    found = [line for line in lines if "_bucket{" in line]
    assert [line.partition("le=")[2] for line in found] == [
        '"0.25",method="GET"} 0.0',
        '"1.0",method="GET"} 1.0',
        '"+Inf",method="GET"} 1.0',
    ]
