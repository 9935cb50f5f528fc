"""Whatever is looked for, the lines are those that plain Python picks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.watch.lines import found, service
from entrepot.watch.lines.wanted import parse_wanted, search
from entrepot.watch.search.tree import render_tree
from entrepot.watch.spec import LEVELS, Entry
from tests.watch.lines.conftest import NOON
from tests.watch.lines.test_filters import (
    AT,
    LOGGERS,
    REQUESTS,
    TRACES,
    WANTED,
    WORDS,
    is_wanted,
    written,
)
from tests.watch.search.trees import ONE_DAY, TREES, is_found

__all__ = ["written"]

PATHS = ("/api/crates", "/api/crates/404", "/health", "/quay/crates")
ANSWERS = st.builds(
    "{} {} {}".format,
    st.sampled_from(("GET", "POST")),
    st.sampled_from(PATHS),
    st.sampled_from((200, 404)),
)
COMMON = {
    "request_id": st.sampled_from(REQUESTS),
    "trace_id": st.sampled_from(TRACES),
    "user_id": st.sampled_from((None, 1, 2)),
    "job_id": st.sampled_from(("", "7", "8")),
    "ip_address": st.just(""),
    "stack_trace": st.just(""),
}
TOLD = st.builds(
    Entry,
    AT | st.just(ONE_DAY),
    st.sampled_from(LEVELS),
    st.sampled_from(LOGGERS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    **COMMON,
    endpoint=st.just(""),
    method=st.just(""),
    status_code=st.none(),
    duration_ms=st.none(),
    actor=st.sampled_from(("", "ada@example.com")),
    error_type=st.sampled_from(("", "TimedOut")),
    fields=st.none()
    | st.fixed_dictionaries(
        {},
        optional={
            "rows": st.sampled_from((1, 10, 2.5, "10", None)),
            "table": st.sampled_from(("ekko", "10", True)),
            "open": st.booleans(),
        },
    ),
)
ANSWERED = st.builds(
    Entry,
    AT,
    st.sampled_from(("INFO", "WARNING")),
    st.just("entrepot.access"),
    ANSWERS,
    **COMMON,
    endpoint=st.sampled_from(("get_products", "health")),
    status_code=st.sampled_from((200, 404, 500, 503)),
    duration_ms=st.sampled_from((0.5, 99.9, 100.0, 2500.0)),
    actor=st.just(""),
    method=st.just(""),
    error_type=st.just(""),
    fields=st.none(),
)
LOGS = st.lists(TOLD | ANSWERED, min_size=1, max_size=30)
SHARED = [HealthCheck.function_scoped_fixture]


@settings(max_examples=20, suppress_health_check=SHARED)
@given(LOGS, st.lists(TREES, min_size=1, max_size=8))
def test_any_search_finds_what_python_finds(house, written, entries, trees):
    """The same lines, the same number of them, newest first, page by page."""
    compare(house, written, entries, trees)


@pytest.mark.fault
@settings(max_examples=300, suppress_health_check=SHARED)
@given(LOGS, st.lists(TREES, min_size=1, max_size=8))
def test_any_search_finds_what_python_finds_again_and_again(
    house, written, entries, trees
):
    """The same, some thousand times."""
    compare(house, written, entries, trees)


def compare(house, written, entries, trees):
    """Ask the log and plain Python the same."""
    written(entries)
    numbered = list(enumerate(entries, 1))
    for tree in trees:
        picked = [n for n, entry in numbered if is_found(tree, n, entry)][::-1]
        wanted = parse_wanted(q=render_tree(tree))

        whole = service.list_lines(house, wanted, limit=1000)
        cut = service.list_lines(house, wanted, limit=2, before=20, offset=1)
        assert ([line.id for line in whole.lines], whole.total) == (picked, len(picked))
        assert [n.id for n in cut.lines] == [n for n in picked if n < 20][1:3]


@settings(max_examples=20, suppress_health_check=SHARED)
@given(LOGS, TREES, WANTED)
def test_a_search_and_filters_hold_together(house, written, entries, tree, wanted):
    """Neither takes the other's place."""
    written(entries)
    numbered = list(enumerate(entries, 1))
    picked = [
        n
        for n, entry in numbered
        if is_found(tree, n, entry)
        and is_wanted(wanted, entry._replace(duration_ms=entry.duration_ms or -1))
    ]

    lines = service.list_lines(house, search(wanted, render_tree(tree)), limit=1000)
    assert [line.id for line in lines.lines] == picked[::-1]


@settings(max_examples=10, suppress_health_check=SHARED)
@given(LOGS, TREES, st.sampled_from(("duration_ms", "status_code", "timestamp")))
def test_lines_come_in_the_order_that_is_asked_for(
    house, written, entries, tree, column
):
    """Up and down; those that lack the value come last."""
    written(entries)
    wanted = search(parse_wanted(), render_tree(tree))
    for order in (column, f"-{column}"):
        lines = service.list_lines(house, wanted, limit=1000, order=order).lines

        def place(line, order=order):
            value = line.id if column == "timestamp" else getattr(line, column)
            sign = -1 if order.startswith("-") else 1
            return (value is None, sign * (value or 0), sign * line.id)

        assert lines == sorted(lines, key=place)
        assert len(lines) == service.list_lines(house, wanted, limit=1000).total


def test_words_beside_other_conditions_are_looked_for_in_stretches(
    house, written, monkeypatch
):
    """However small these are, no line is lost between two of them."""
    monkeypatch.setattr(found, "FIRST_STRETCH", 3)
    lines = [
        Entry(ONE_DAY + n, "INFO", "pool", f"crate {n}", user_id=n % 3 or None)
        for n in range(40)
    ]
    written(lines)
    wanted = parse_wanted(q="(crate AND user_id:1) OR (user_id:2 AND NOT 17)")

    seen = service.list_lines(house, wanted, limit=1000)
    picked = [n + 1 for n in range(40) if n % 3 and n != 17]
    assert [line.id for line in seen.lines] == picked[::-1]
    assert seen.total == len(picked)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user_id:>1", [2]),
        ("user_id:<=1", [1]),
        ("user_id:1", [1]),
        ("fields.rows:17", [2]),
        ("fields.rows:17.0", [2]),
        ("NOT fields.rows:17", [1]),
        ("fields.rows:>16", [2]),
        ('fields.said:"a \\"b\\""', [1]),
        ("path:*/cra?es/1", [1]),
    ],
)
def test_what_is_compared_first_loses_nothing(house, written, query, found):
    """Comparisons are no equality, and a number is the same however it is written."""
    told = Entry(NOON, "INFO", "entrepot.access", "GET /crates/1 200", endpoint="e")
    written(
        [
            told._replace(user_id=1, fields={"said": 'a "b"'}),
            told._replace(user_id=2, fields={"rows": 17}, message="GET /quay/2 200"),
        ]
    )

    lines = service.list_lines(house, parse_wanted(q=query), limit=9)
    assert [line.id for line in lines.lines] == found
