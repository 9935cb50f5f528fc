"""Lists of requests are read in their order, not gathered and sorted."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.watch.traces import reading, schema
from entrepot.watch.traces.spec import WantedRequests


@pytest.mark.parametrize(
    ("wanted", "is_slowest_first", "index"),
    [
        (WantedRequests(), False, "ix_parts_at"),
        (WantedRequests(is_failed=True), False, "ix_parts_failed"),
        (WantedRequests(is_repeating=True), False, "ix_parts_repeated"),
        (WantedRequests(min_duration_ms=500), True, "ix_parts_slow"),
    ],
)
def test_a_list_has_an_index_of_its_own(wanted, is_slowest_first, index):
    """All of them are looked through otherwise: most are requests."""
    said = []
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema.TABLES)
        connection.set_trace_callback(said.append)
        reading.list_parts(
            connection, wanted, limit=50, is_slowest_first=is_slowest_first
        )
        connection.set_trace_callback(None)
        (asked,) = [sql for sql in said if sql.startswith("SELECT * FROM parts")]
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]

    assert index in plan[0]
    assert not any("ORDER BY" in line and "LAST" not in line for line in plan)
