"""When work is due, also on the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entrepot.base.errors import InvalidValue
from entrepot.jobs import next_time, preview_times


def times(cron, zone, after, count=3):
    """Return the next times as text in UTC."""
    found = preview_times(cron, zone, after=datetime.fromisoformat(after), count=count)
    return [at.strftime("%m-%d %H:%M") for at in found]


def test_times_are_read_in_their_zone():
    """Six in the morning in Jakarta is eleven at night in UTC."""
    assert times("0 6 * * *", "Asia/Jakarta", "2026-03-01T00:00Z") == [
        "03-01 23:00",
        "03-02 23:00",
        "03-03 23:00",
    ]


def test_a_time_that_the_clocks_leave_out_is_made_up_for():
    """In Berlin there is no 02:30 on 29 March 2026: it is done at 03:00."""
    assert times("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z") == [
        "03-28 01:30",
        "03-29 01:00",
        "03-30 00:30",
    ]


def test_a_time_that_the_clocks_show_twice_counts_once():
    """On 25 October 2026 only the first 02:30 counts, also when asked between them."""
    assert times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", 2) == [
        "10-25 00:30",
        "10-26 01:30",
    ]
    assert times("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45Z", 1) == [
        "10-26 01:30"
    ]
    assert times("45 2 * * *", "Europe/Berlin", "2026-10-25T01:15Z", 1) == [
        "10-26 01:45"
    ]


def test_every_hour_is_every_hour_also_that_night():
    """Real time goes on: no hour is left out, and none is counted for two."""
    assert times("0 * * * *", "Europe/Berlin", "2026-10-24T23:30Z", 4) == [
        "10-25 00:00",
        "10-25 01:00",
        "10-25 02:00",
        "10-25 03:00",
    ]


def test_the_next_time_is_later_than_now():
    """A schedule that is due at this very minute is due a day later next."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert next_time("0 12 * * *", "UTC", after=noon) == noon.replace(day=2)


@pytest.mark.parametrize(
    ("cron", "zone", "said"),
    [
        ("0 6 * *", "UTC", "not a cron expression of five fields"),
        ("0 0 6 * * *", "UTC", "not a cron expression of five fields"),
        ("61 6 * * *", "UTC", "Bad minute"),
        ("0 6 * * someday", "UTC", "Bad day-of-week"),
        ("0 6 31 2 *", "UTC", "Bad day-of-month"),
        ("0 6 * * *", "Mars/Olympus", "no time zone 'Mars/Olympus'"),
        ("0 6 * * *", "../../etc/passwd", "no time zone"),
        ("0 6 * * *", "", "no time zone"),
    ],
)
def test_what_is_no_time_is_refused(cron, zone, said):
    """With the field that is wrong, or the zone."""
    assert next_time("0 6 * * *", "UTC", after=datetime.now(UTC))
    with pytest.raises(InvalidValue, match=said):
        next_time(cron, zone, after=datetime.now(UTC))
