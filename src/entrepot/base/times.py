"""The time now, and times as text: always UTC, and so written."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def render_time(at: datetime, *, timespec: str = "milliseconds") -> str:
    """Return a time in UTC with `Z`: `2026-11-20T14:30:00.000Z`.

    Args:
        timespec: How exactly, as `datetime.isoformat` takes it.
    """
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
