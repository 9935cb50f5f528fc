"""Who used what, in our own database: added up by the hour, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from entrepot.watch.history.counted import Counted, Key
from entrepot.watch.history.models import UsageHour
from entrepot.watch.history.spec import Used, UsedThing
from entrepot.watch.history.upserting import add_up
from entrepot.watch.history.writing import DAY, HOUR

KEPT_SECONDS = 90 * DAY
NAME_CHARACTERS, WHO_CHARACTERS = 300, 200


def write_usage(session: Session, taken: Mapping[Key, Counted]) -> None:
    """Add what was counted to the hours it was last seen in."""
    rows: dict[tuple[str, ...], Counted] = {}
    for (kind, name, who), counted in taken.items():
        hour = int(counted.last_at) // HOUR * HOUR
        short = (kind, name[:NAME_CHARACTERS], who[:WHO_CHARACTERS], str(hour))
        rows.setdefault(short, Counted()).merge(counted)
    found = [
        {"kind": kind, "name": name, "who": who, "at": int(at), **counted.row()}
        for (kind, name, who, at), counted in sorted(rows.items())
    ]
    add_up(session, UsageHour, found, key=("kind", "name", "who", "at"))


def prune_usage(session: Session, now: float) -> None:
    """Remove what is older than it is kept."""
    session.execute(delete(UsageHour).where(UsageHour.at < int(now) - KEPT_SECONDS))


def list_used(
    session: Session,
    of: UsedThing,
    *,
    since: float,
    until: float,
    name: str,
    is_by_person: bool,
    limit: int,
) -> list[Used]:
    """Return how things of a kind were used, the most used first."""
    keys = [UsageHour.name, *([UsageHour.who] if is_by_person else [])]
    wanted = (
        select(
            *keys,
            func.sum(UsageHour.times),
            func.sum(UsageHour.failed),
            func.sum(UsageHour.rows),
            func.sum(UsageHour.total_ms),
            func.max(UsageHour.max_ms),
            func.max(UsageHour.last_at),
        )
        .where(
            UsageHour.kind == of,
            UsageHour.at >= int(since) // HOUR * HOUR,
            UsageHour.at < until,
        )
        .group_by(*keys)
        .order_by(func.sum(UsageHour.times).desc(), *keys)
        .limit(limit)
    )
    if name:
        wanted = wanted.where(UsageHour.name == name)
    rows = session.execute(wanted)
    return [
        _used(row[0], row[1] if is_by_person else "", row[len(keys) :]) for row in rows
    ]


def _used(name: str, who: str, numbers: Sequence[Any]) -> Used:
    times, failed, rows, total_ms, max_ms, last_at = numbers
    return Used(
        name=name,
        who=who,
        times=int(times),
        failed=int(failed),
        rows=None if rows is None else int(rows),
        total_ms=total_ms,
        mean_ms=total_ms / max(int(times), 1),
        max_ms=max_ms,
        last_at=datetime.fromtimestamp(last_at, UTC),
    )
