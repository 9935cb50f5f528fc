"""What people ask the audit trail, as texts in addresses and commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime

from entrepot.accounts.audit import Record, Wanted
from entrepot.base.given_times import parse_time
from entrepot.base.times import render_time

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
