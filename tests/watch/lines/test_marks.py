"""Rare values are looked for where they may be, and found wherever they are."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from tests.watch.lines.conftest import NOON, entry

from entrepot.watch.lines import service
from entrepot.watch.lines.marks import marked, marks_of
from entrepot.watch.lines.reading import opened_log
from entrepot.watch.lines.span import ALL, Place, Span
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.log.file import open_to_write
from entrepot.watch.log.rows import value_mark
from entrepot.watch.log.store import log_store

WHOLE = Place(ALL, ALL)


def answered(number, **values):
    """A line of an answered request."""
    facts = {"endpoint": "get_products", "status_code": 200, "duration_ms": 1.0}
    return entry(number, message=f"GET /crates/{number} 200", **{**facts, **values})


@pytest.fixture
def batches(house, fill):
    """Four batches of ten lines; some values are in one of them alone."""
    rare = {
        5: {"user_id": 7},
        15: {"ip_address": "10.0.0.9"},
        25: {"endpoint": "audit_csv", "user_id": 7},
        35: {"error_type": "TimedOut", "actor": "ada@example.com"},
    }
    for begin in (0, 10, 20, 30):
        fill(answered(n, **rare.get(n, {})) for n in range(begin, begin + 10))
    return house


def numbers(house, query):
    """The lines that a search finds, each as the number it was made with."""
    found = service.list_lines(house, parse_wanted(q=query), limit=99)
    assert found.total == len(found.lines)
    return [line.id - 1 for line in found.lines]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user_id:7", [25, 5]),
        ("user_id:8", []),
        ("ip_address:10.0.0.9", [15]),
        ("endpoint:audit_csv user_id:7", [25]),
        ("endpoint:audit_csv ip_address:10.0.0.9", []),
        ("error_type:TimedOut OR user_id:7", [35, 25, 5]),
        ("crates actor:ada@example.com", [35]),
        ("status:204", []),
        ("NOT crates", []),
    ],
)
def test_a_rare_value_is_found_in_its_batch(batches, query, found):
    """Alone, with others, beside words and with nothing at all."""
    assert numbers(batches, query) == found


def test_only_batches_that_bear_every_mark_are_looked_through(batches):
    """Those that follow each other are one."""
    asked = {
        "user_id:7": [Span(21, 30), Span(1, 10)],
        "endpoint:get_products": [Span(1, 40)],
        "endpoint:get_products user_id:7": [Span(21, 30), Span(1, 10)],
        "user_id:8": [],
        "crates": [ALL],
    }
    with opened_log(batches) as reading:
        for query, spans in asked.items():
            wanted = parse_wanted(q=query)
            marks = marks_of(wanted, wanted.tree)
            assert [p.span for p in marked(reading, marks, WHOLE)] == spans


def test_batches_without_marks_are_looked_through(batches):
    """Those of an older file, and lines that were there before any batch."""
    with closing(open_to_write(log_store(batches).path)) as file:
        file.execute("UPDATE log_batches SET marks = NULL WHERE first_id = 11")
        file.execute("DELETE FROM log_batches WHERE first_id = 1")

    with opened_log(batches) as reading:
        mark = value_mark("ip_address", "10.0.0.9")
        spans = [place.span for place in marked(reading, (mark,), WHOLE)]
    assert spans == [Span(11, 20), Span(0, 10)]
    assert numbers(batches, "user_id:7") == [25, 5]


def test_a_file_whose_batches_know_no_marks_is_searched_and_then_has_them(batches):
    """Readers do not wait for the first writer."""
    path = log_store(batches).path
    with closing(open_to_write(path)) as file:
        file.execute("ALTER TABLE log_batches DROP COLUMN marks")

    assert numbers(batches, "user_id:7") == [25, 5]
    with closing(open_to_write(path)) as file:
        file.execute("SELECT marks FROM log_batches")
    assert numbers(batches, "user_id:7") == [25, 5]


def test_a_histogram_of_a_rare_value_counts_all_of_it(batches):
    """It looks where the value may be."""
    noon = datetime.fromtimestamp(NOON, UTC)
    wanted = parse_wanted(q="user_id:7")

    drawn = service.histogram(
        batches, wanted, since=noon, until=noon + timedelta(seconds=40)
    )

    found = [stretch.at.second for stretch in drawn.stretches if stretch.counts]
    assert (drawn.is_exact, found) == (True, [5, 25])
