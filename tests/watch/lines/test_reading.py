"""No question lasts, and each has a way that is short."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from tests.watch.lines.conftest import NOON, entry

from entrepot.base.errors import TimedOut, Unavailable
from entrepot.watch.lines import service
from entrepot.watch.lines.narrowing import Question
from entrepot.watch.lines.reading import opened_log
from entrepot.watch.lines.span import ALL, Place, first_millisecond, place_of
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Wanted

ENDLESS = (
    "WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"
)
AT = datetime.fromtimestamp(NOON, UTC)


def test_a_question_that_lasts_is_ended(house, fill):
    """With what helps."""
    fill([entry()])

    with (
        pytest.raises(TimedOut, match="too long") as caught,
        opened_log(house, seconds=0.01) as reading,
    ):
        reading.row(ENDLESS)
    assert "narrow the time" in caught.value.hint


def test_what_may_be_left_out_is_left_out(house, fill):
    """Other questions go on."""
    fill([entry()])

    with opened_log(house) as reading:
        assert reading.within(0.01, lambda: reading.row(ENDLESS)) is None
        assert reading.within(5, lambda: reading.row("SELECT 1"))[0] == 1


def test_a_locked_log_is_read_all_the_same(house, fill):
    """Readers do not wait for who writes; who empties it does, and says so."""
    fill([entry()])

    with closing(sqlite3.connect(log_store(house).path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert service.list_lines(house, Wanted(), limit=1).total == 1


@pytest.mark.parametrize("content", [b"", b"no database" * 99])
def test_a_file_that_is_no_log(house, content):
    """An empty one has no lines; another is said to be broken."""
    path = log_store(house).path
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    if content:
        with pytest.raises(Unavailable, match="cannot be read"):
            service.list_lines(house, Wanted(), limit=1)
    else:
        assert service.list_lines(house, Wanted(), limit=1).lines == []


@pytest.mark.parametrize(
    ("wanted", "plan"),
    [
        (Wanted(), "SEARCH logs USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        (Wanted(levels=("ERROR",)), "USING COVERING INDEX ix_logs_level (level=? AND"),
        (Wanted(request_id="r"), "SCAN batch / SEARCH line USING INTEGER PRIMARY KEY"),
        (Wanted(trace_id="t"), "USING INDEX ix_logs_trace (<expr>=?)"),
        (Wanted(job_id="j"), "USING COVERING INDEX ix_logs_job (job_id=?)"),
        (Wanted(status="5xx"), "USING COVERING INDEX ix_logs_status (status_code>?"),
        (
            Wanted(min_duration_ms=250),
            "USING COVERING INDEX ix_logs_slow (duration_ms>?",
        ),
        (Wanted(request_id="r", levels=("ERROR",)), "SCAN batch / SEARCH line USING"),
    ],
)
def test_each_question_has_its_way(house, fill, wanted, plan):
    """An index, found without knowing how common values are."""
    fill([entry()])

    sql, values = Question(wanted=wanted).sql(Place(ALL, ALL))
    with opened_log(house) as reading:
        found = reading.rows(
            f"EXPLAIN QUERY PLAN {sql} ORDER BY id DESC LIMIT 9", values
        )
        told = " / ".join(row["detail"] for row in found)
    assert plan in told


def test_a_clock_that_went_back_loses_nothing(house, fill):
    """Numbers no longer follow the time; times are compared instead."""
    fill([entry(600, message="late"), entry(0, message="back"), entry(300)])
    wanted = Wanted(since=AT, until=AT + timedelta(minutes=1))

    with opened_log(house) as reading:
        place = place_of(reading, wanted)
    found = service.list_lines(house, wanted, limit=9)
    assert [line.message for line in found.lines] == ["back"]
    assert all(is_timed for _, is_timed in place.parts())


@pytest.mark.parametrize(
    ("microsecond", "shown"), [(0, "00.000"), (1, "00.001"), (999_001, "01.000")]
)
def test_moments_are_compared_by_the_millisecond(microsecond, shown):
    """The first that is not before it."""
    at = AT.replace(microsecond=microsecond)

    assert first_millisecond(at) == f"2026-03-01T12:00:{shown}Z"
    assert (
        first_millisecond(datetime.max.replace(tzinfo=UTC))
        == "9999-12-31T23:59:59.999Z"
    )
    assert (
        first_millisecond(datetime.min.replace(tzinfo=UTC))
        == "0001-01-01T00:00:00.000Z"
    )
