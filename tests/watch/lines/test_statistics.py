"""Lines by level, and how it went of late."""

from __future__ import annotations

import time

from entrepot.watch.lines.statistics import statistics
from entrepot.watch.spec import Entry, Times


def test_errors_are_told_by_where_and_what(house, fill):
    """Those of the last hours; levels are counted over all that is kept."""
    now = time.time()
    failed = {"endpoint": "run", "status_code": 500, "duration_ms": 4.0}
    fill(
        [
            Entry(now - 9 * 3600, "ERROR", "a", "long ago", error_type="Gone"),
            Entry(now - 60, "ERROR", "a", "one", error_type="TimedOut", **failed),
            Entry(now - 59, "CRITICAL", "a", "two", error_type="TimedOut"),
            Entry(now - 58, "DEBUG", "a", "fine"),
        ]
    )

    told = statistics(house, 2)
    assert (told.total, told.debug, told.error, told.critical) == (4, 1, 2, 1)
    assert told.errors.total_errors == 2
    assert told.errors.by_endpoint == {"run": 1}
    assert told.errors.by_error_type == {"TimedOut": 2}
    assert [line.message for line in told.errors.recent_errors] == ["two", "one"]
    assert told.performance.request_breakdown == {"run": 1}
    assert told.performance.status_codes == {"500": 1}
    assert told.performance.response_times == Times(
        count=1, avg=4.0, min=4.0, max=4.0, p50=4.0, p95=4.0, p99=4.0
    )


def test_nothing_is_told_of_nothing(house):
    """A log that is not there has no lines and no requests."""
    told = statistics(house, 24)

    assert (told.total, told.errors.total_errors) == (0, 0)
    assert told.performance.response_times.p95 is None
