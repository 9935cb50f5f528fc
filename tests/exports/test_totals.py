"""How many exports there were in a time, and how many rows are in their files."""

from __future__ import annotations

from datetime import timedelta

from tests.pages.exported import write_exports

from entrepot.base.times import now
from entrepot.exports import ExportCounts, count_exports

NONE = dict.fromkeys(
    ("queued", "running", "completed", "failed", "cancelled", "expired"), 0
)


def test_exports_of_a_time_are_counted(house):
    """By what came of them; rows only of those that ended well."""
    write_exports(house)
    at = now()

    old = count_exports(
        house, since=at - timedelta(days=3), until=at - timedelta(days=1)
    )
    new = count_exports(house, since=at - timedelta(days=1), until=at)

    assert old == ExportCounts(
        by_status=NONE | {"cancelled": 1, "expired": 1}, rows=1_204
    )
    assert new.by_status == NONE | {
        "queued": 1,
        "running": 2,
        "completed": 1,
        "failed": 1,
    }


def test_a_time_without_exports_has_none(house):
    """Every status is there."""
    counts = count_exports(house, since=now() - timedelta(days=1), until=now())

    assert counts == ExportCounts(by_status=NONE, rows=0)
