"""Times are in UTC, and say so."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

from entrepot.base.times import now, render_time

AT = datetime(2026, 11, 20, 14, 30, 5, 123_456, tzinfo=UTC)


def test_a_time_is_written_in_utc_with_z():
    """To the millisecond; a time of another zone is the same moment."""
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert render_time(AT) == "2026-11-20T14:30:05.123Z"
    assert render_time(there) == "2026-11-20T14:30:05.123Z"
    assert render_time(AT, timespec="seconds") == "2026-11-20T14:30:05Z"
    assert render_time(AT, timespec="microseconds") == "2026-11-20T14:30:05.123456Z"


def test_the_time_now_has_a_zone():
    """It is UTC, and it does not go back."""
    before, after = now(), now()

    assert before.tzinfo is UTC
    assert before <= after


def test_times_cost_no_database_library():
    """What must start fast may use them: nothing heavy is imported."""
    program = "import sys, entrepot.base.times; print('sqlalchemy' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "False\n"
