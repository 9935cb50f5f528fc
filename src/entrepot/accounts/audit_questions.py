"""What people ask the audit trail, as texts in addresses and commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from entrepot.accounts.audit import Record, Wanted
from entrepot.base.errors import Invalid
from entrepot.base.times import render_time

DAY_CHARACTERS = len("2026-11-20")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HEADER = (
    "id",
    "at",
    "event",
    "actor_name",
    "actor_kind",
    "actor_user_id",
    "actor_address",
    "request_id",
    "facts",
    "mac",
)


def wanted(
    *,
    actor: str = "",
    event: str = "",
    since: str = "",
    until: str = "",
    before: int | None = None,
    limit: int = 50,
) -> Wanted:
    """Return which records are meant; a day without a time is the whole day.

    Raises:
        Invalid: A time is none.
    """
    return Wanted(
        actor=actor.strip(),
        event=event.strip(),
        since=parse_time("since", since),
        until=parse_time("until", until, is_end=True),
        before_id=before,
        limit=limit,
    )


def parse_time(name: str, text: str, *, is_end: bool = False) -> datetime | None:
    """Read an ISO time or day; UTC where it names no zone, None where it is empty.

    Args:
        is_end: A day means its end.

    Raises:
        Invalid: It is no time.
    """
    text = text.strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if is_end and len(text) == DAY_CHARACTERS:
            at += timedelta(days=1)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            f"{name}: {text[:60]!r} is no time",
            hint="write 2026-11-20 or 2026-11-20T14:30:00Z",
        ) from None


def render_csv(records: Iterable[Record]) -> str:
    """Return records as CSV that a spreadsheet may open: no text acts as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for record in records:
        writer.writerow([_cell(getattr(record, name)) for name in HEADER])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return render_time(value, timespec="microseconds")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value
