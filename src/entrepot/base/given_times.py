"""Times as people write them in addresses and commands."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from entrepot.base.errors import Invalid

HINT = "write 2026-11-20 or 2026-11-20T14:30:00Z"
LONGEST = 40
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A plus sign that was not quoted in an address arrives as a space.
LOST_PLUS = re.compile(r"^(.{10}[T ]\d\S*) (\d\d:?\d\d)$", re.ASCII)


def parse_time(
    name: str, text: str, *, is_end: bool = False, error: type[Invalid] = Invalid
) -> datetime | None:
    """Read an ISO time or day; UTC where it names no zone, None where it is empty.

    Args:
        is_end: A day means its end.
        error: What to raise.

    Raises:
        Invalid: It is no time.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return _parse(text, is_end=is_end)
    except (ValueError, OverflowError):
        raise error(f"{name}: {text[:60]!r} is no time", hint=HINT) from None


def _parse(text: str, *, is_end: bool) -> datetime:
    if len(text) > LONGEST:  # or any number of digits were parts of a second
        raise ValueError(text)
    at = datetime.fromisoformat(LOST_PLUS.sub(r"\1+\2", text))
    if is_end and DAY.fullmatch(text):
        at += timedelta(days=1)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
