"""Gauges are read for a scrape: what is broken or hangs stops no other."""

from __future__ import annotations

import threading
import time

import pytest

from entrepot.base.gauges import GAUGES, Gauge
from entrepot.watch.events import GaugeBroke
from entrepot.watch.metrics.reading import Reader, gauges_of, load_gauges, read_house
from entrepot.watch.metrics.tally import tally


@pytest.fixture
def gauge(monkeypatch):
    """A function that registers a gauge for the time of the test."""

    def register(name, read, **more):
        load_gauges()
        monkeypatch.setitem(GAUGES, name, Gauge(help="Of a test.", read=read, **more))

    return register


def test_every_room_has_its_gauges_found():
    """What the rooms register is there, without a list of them."""
    assert {
        "catalogue_db_connection_status",
        "catalogue_products_total",
        "entrepot_build_info",
        "entrepot_connections",
        "entrepot_export_receipts",
        "entrepot_jobs",
        "entrepot_log_lines",
        "entrepot_log_size_bytes",
        "entrepot_trace_size_bytes",
        "entrepot_trace_spans",
    } <= set(gauges_of("house"))
    assert {
        "entrepot_db_pool_connections",
        "entrepot_db_pool_size",
        "entrepot_threads",
    } <= set(gauges_of("process"))


def test_a_gauge_of_the_house_is_read_at_the_scrape(told, gauge):
    """What it reads now is what Prometheus gets, with its labels."""
    numbers = [1.0, 2.5]
    gauge("test_boxes", lambda _: [(("full",), numbers.pop(0))], labels=("state",))

    assert told("test_boxes") == ['test_boxes{state="full"} 1.0']
    assert told("test_boxes") == ['test_boxes{state="full"} 2.5']


@pytest.mark.parametrize("of", ["house", "process"])
@pytest.mark.parametrize(
    "read",
    [lambda _: 1 / 0, lambda _: [(("too", "many"), 1.0)], lambda _: [((), "x")]],
)
def test_a_gauge_that_breaks_is_left_out_and_counted(told, gauge, of, read):
    """The rest is told, and how often it happened."""
    gauge("test_good", lambda _: [((), 7.0)], of=of)
    gauge("test_broken", read, of=of)

    assert told("test_") == ["test_good 7.0"]
    assert told("entrepot_gauge_failures_total") == [
        'entrepot_gauge_failures_total{gauge="test_broken"} 2.0'
    ]


@pytest.mark.parametrize("of", ["house", "process"])
def test_why_a_gauge_breaks_is_told_until_it_is_well(told, gauge, heard, of):
    """Once each time, however often it is asked meanwhile."""
    broken = [True, True, False, True]
    gauge("test_broken", lambda _: 1 / 0 if broken.pop(0) else [((), 7.0)], of=of)

    for _ in range(4):
        told("test_")

    assert [event for event in heard if isinstance(event, GaugeBroke)] == [
        GaugeBroke(gauge="test_broken", why="ZeroDivisionError")
    ] * 2


def test_a_gauge_that_hangs_is_left_out_and_not_asked_again(counting, gauge):
    """Others are read after it; while it hangs nobody waits for it once more."""
    released, asked = threading.Event(), []
    counting.shelf.get(Reader, lambda: Reader(0.05))

    def hang(_house):
        asked.append(1)
        released.wait(30)
        return [((), 5.0)]

    gauge("aaa_hangs", hang)
    first, second = read_house(counting), read_house(counting)
    released.set()

    assert "aaa_hangs" not in first
    assert first["entrepot_build_info"] == second["entrepot_build_info"]
    assert asked == [1]


def test_a_gauge_that_hung_is_asked_again_when_it_is_over():
    """It had its trouble; now it is as good as the others."""
    reader, released = Reader(0.05), threading.Event()
    over = threading.Event()

    def hang():
        released.wait(30)
        over.set()
        return []

    assert reader.read("it", hang) is None
    assert reader.read("it", list) is None
    released.set()
    over.wait(30)

    end = time.monotonic() + 30
    while reader.read("it", list) is None and time.monotonic() < end:
        pass
    assert reader.read("it", lambda: [((), 1.0)]) == [((), 1.0)]
    reader.close()


def test_a_reading_that_is_gone_is_not_told_for_ever(told, gauge):
    """A process shows what its gauge reads now, not what it once read."""
    readings = [[(("a",), 1.0), (("b",), 2.0)], [(("b",), 3.0)]]
    gauge("test_p", lambda _: readings.pop(0), labels=("of",), of="process")

    assert told("test_p") == ['test_p{of="a"} 1.0', 'test_p{of="b"} 2.0']
    assert told("test_p") == ['test_p{of="b"} 3.0']


def test_gauges_of_processes_are_added_up_over_the_living(counting, told, gauge):
    """What another process showed counts while it lives."""
    gauge("test_p", lambda _: [((), 1.0)], of="process")
    counts = tally(counting)
    other = counts.folder.new_sheet()
    other.numbers[other.place('["gauge","test_p",[],[]]', 1)] = 10.0

    assert told("test_p") == ["test_p 11.0"]
    other.close()
    assert told("test_p") == ["test_p 1.0"]


def test_products_are_right_before_the_first_request(told, counting):
    """As many as are listed: those that are active, of the database."""
    from entrepot.catalogue import Product

    with counting.store.session() as session:
        listed = {"price": 1, "status": "active"}
        cranes = [Product(name=f"Crane {n}", sku=f"c{n}", **listed) for n in range(3)]
        gone = Product(name="Frog", sku="f", is_active=False, **listed)
        session.add_all([*cranes, gone])

    assert told("catalogue_products_total") == ["catalogue_products_total 3.0"]


def test_the_database_that_is_lost_is_told(counting, told):
    """1 while it answers, 0 when it does not: at the scrape, not at a request."""
    from entrepot.base.checks import Checkup

    name = "catalogue_db_connection_status"
    assert told(name) == [f"{name} 1.0"]
    counting.store.close()
    path = counting.home / "entrepot.db"
    path.rename(path.with_suffix(".away"))
    counting.shelf.drop(Checkup)

    assert told(name) == [f"{name} 0.0"]
