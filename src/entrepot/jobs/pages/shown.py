"""Words of these pages; template filters of the same names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from flask import Blueprint

from entrepot.base.times import now
from entrepot.jobs.shown import left
from entrepot.jobs.spec import Facts

MOST_FACTS = 40


def time_left(seconds: float | None) -> str:
    """Return `4 s`; an en dash where nobody knows."""
    return "–" if seconds is None else left(seconds)


def as_json(facts: Facts) -> str:
    """Return what was asked of a job, to be read."""
    return json.dumps(dict(facts), ensure_ascii=False, indent=2, default=str)


def plain_facts(facts: Facts | None) -> list[tuple[str, object]]:
    """Return (name, value) of a result's plain facts, the first ones."""
    plain = (str, int, float, bool)
    found = (pair for pair in (facts or {}).items() if isinstance(pair[1], plain))
    return list(islice(found, MOST_FACTS))


def fact_name(name: str) -> str:
    """Return `Size` of `size_bytes`, `Gained` of `gained_bytes`."""
    for end in ("_bytes", "_seconds"):
        name = name.removesuffix(end)
    return name.replace("_", " ").capitalize()


def short_moment(at: datetime) -> str:
    """Return `14:32:08` of today, `19 Nov, 14:32` of another day; in UTC."""
    at = at.astimezone(UTC)
    is_today = at.date() == now().date()
    return f"{at:%H:%M:%S}" if is_today else f"{at:%-d %b, %H:%M}"


def local_moment(at: datetime, time_zone: str) -> str:
    """Return `20 Nov 2026, 09:00` as the clocks of a zone show it."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%-d %b %Y, %H:%M}, {time_zone}"


def install(bp: Blueprint) -> None:
    """Let every template use the words."""
    times = (time_left, short_moment, local_moment)
    for word in (*times, as_json, plain_facts, fact_name):
        bp.add_app_template_filter(word)
