"""Conditions as people write them: read, written, and told where they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.watch.alerts.condition import Condition, render_condition
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.errors import InvalidCondition


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "error_rate > 10 per minute",
            Condition(
                kind="metric",
                arguments={"metric": "error_rate"},
                threshold=10,
                per="minute",
                window_seconds=60,
            ),
        ),
        (
            "avg(db_query_duration) > 5000ms over 5 minutes",
            Condition(
                kind="metric",
                arguments={"aggregate": "avg", "metric": "db_query_duration"},
                threshold=5000,
                unit="ms",
            ),
        ),
        (
            "hana_connection_failed == true",
            Condition(
                kind="metric",
                arguments={"metric": "hana_connection_failed", "is_claim": "yes"},
                op="==",
                threshold=1,
            ),
        ),
        (
            r'logs("level:ERROR \"no answer\"") >= 3 in 10 min',
            Condition(
                kind="logs",
                arguments={"search": 'level:ERROR "no answer"'},
                op=">=",
                threshold=3,
                window_seconds=600,
            ),
        ),
        (
            'sql("shop", "SELECT 1 > 2")<5',
            Condition(
                kind="sql",
                arguments={"connection": "shop", "query": "SELECT 1 > 2"},
                op="<",
                threshold=5,
            ),
        ),
        (
            'schedule("Back up the log") > 26 hours',
            Condition(
                kind="schedule",
                arguments={"schedule": "Back up the log"},
                threshold=26,
                unit="h",
            ),
        ),
        (
            'feed("Nordlager", rejects) > 5 percent',
            Condition(
                kind="feed",
                arguments={"feed": "Nordlager", "of": "rejects"},
                threshold=5,
                unit="%",
            ),
        ),
    ],
)
def test_what_is_written_is_meant(text, meant):
    """The documents' three conditions among them; and back again as text."""
    assert parse_condition(text) == meant
    assert parse_condition(render_condition(meant)) == meant


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("", 1, "the name of a metric"),
        ("error_rate", 11, "a comparison"),
        ("error_rate = 3", 12, "= compares nothing"),
        ("error_rate > 3 parsec", 16, "'parsec' is no unit"),
        ("error_rate > 3 per year", 20, "per 'year'"),
        ("mean(error_rate) > 3", 1, "there is no mean(…)"),
        ('logs("level:ERROR) > 3', 6, "an open quote"),
        ("error_rate > 3 over 8 days", 21, "1 second to 7 days"),
        ("error_rate > 3 over 5 minutes or so", 31, "nothing more"),
        ("error_rate > true", 14, "compared by =="),
        ("errors(old) > 0", 8, "'old' is not one of"),
        ("error_rate ; 3", 12, "';' is not expected"),
        ("x" * 5_000, 4_000, "longer than 4,000"),
    ],
)
def test_what_is_wrong_is_told_by_its_position(text, position, said):
    """Counted from 1, with what would have been right."""
    with pytest.raises(InvalidCondition) as caught:
        parse_condition(text)

    assert said in caught.value.detail
    assert caught.value.facts["position"] == position


@given(
    search=st.text(max_size=60),
    op=st.sampled_from([">", ">=", "<", "<=", "==", "!="]),
    threshold=st.floats(-1e12, 1e12),
    window=st.integers(1, 7 * 86_400),
    unit=st.sampled_from(["", "%", "ms", "s", "m", "h", "d"]),
)
def test_every_condition_reads_back_as_it_was_written(
    search, op, threshold, window, unit
):
    """Whatever stands in its texts."""
    condition = Condition(
        kind="logs",
        arguments={"search": search},
        op=op,
        threshold=threshold,
        unit=unit,
        window_seconds=window,
    )

    assert parse_condition(render_condition(condition)) == condition


@given(st.text(max_size=100))
def test_any_text_is_a_condition_or_refused(text):
    """Nothing else happens, and the position lies in the text."""
    position = 1
    try:
        parse_condition(text)
    except InvalidCondition as error:
        position = error.facts["position"]

    assert 1 <= position <= len(text) + 1
