"""What is counted of a group: hours, people, routes, releases, and samples of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from entrepot.watch.groups.fingerprint import Sighting
from entrepot.watch.groups.models import (
    ErrorGroupRow,
    ErrorHour,
    ErrorOccurrence,
    ErrorTouch,
)
from entrepot.watch.groups.writing import add_up

NAMES = 100
"""People, routes or releases of a group that are named; the others are counted."""
OTHERS = ""
KINDS = ("user", "route", "release")
"""Of what is touched; attributes of a sighting."""
HOUR_SECONDS = 3600

Seen = Sequence[tuple[ErrorGroupRow, list[Sighting]]]


def count_hours(session: Session, seen: Seen) -> None:
    """Count errors by the hour in which they came."""
    counts = Counter(
        (row.id, int(one.at.timestamp() // HOUR_SECONDS))
        for row, found in seen
        for one in found
    )
    rows = [
        {"group_id": group_id, "hour": hour, "count": count}
        for (group_id, hour), count in sorted(counts.items())
    ]
    add_up(session, ErrorHour, rows)


def add_touches(session: Session, seen: Seen) -> None:
    """Count errors by whom and what they touched."""
    known = _known(session, [row.id for row, _ in seen])
    rows: list[dict[str, object]] = []
    for row, found in sorted(seen, key=lambda one: one[0].id):
        for kind in KINDS:
            names = known.setdefault((row.id, kind), set())
            told = [(getattr(one, kind), one.at) for one in found]
            for name, (count, at) in sorted(_named(names, told).items()):
                rows.append(
                    {
                        "group_id": row.id,
                        "kind": kind,
                        "name": name,
                        "count": count,
                        "last_seen_at": at,
                    }
                )
        row.people = len(known[row.id, "user"] - {OTHERS})
    add_up(session, ErrorTouch, rows, replaces=("last_seen_at",))


def _known(session: Session, ids: list[int]) -> dict[tuple[int, str], set[str]]:
    wanted = select(ErrorTouch.group_id, ErrorTouch.kind, ErrorTouch.name)
    found: dict[tuple[int, str], set[str]] = {}
    for group_id, kind, name in session.execute(
        wanted.where(ErrorTouch.group_id.in_(ids))
    ):
        found.setdefault((group_id, kind), set()).add(name)
    return found


def _named(
    names: set[str], told: list[tuple[str, datetime]]
) -> dict[str, tuple[int, datetime]]:
    """Count names, and say when each came last; those beyond the limit have none.

    Args:
        names: Those that are known; new ones are added.
    """
    found: dict[str, tuple[int, datetime]] = {}
    for name, at in told:
        if not name:
            continue
        if name not in names and len(names - {OTHERS}) >= NAMES:
            name = OTHERS
        names.add(name)
        count, last = found.get(name, (0, at))
        found[name] = count + 1, max(last, at)
    return found


def add_occurrences(session: Session, seen: Seen, *, kept: int) -> None:
    """Keep the newest errors of each group, and as many as are kept in all."""
    rows = [_occurrence(row, one) for row, found in seen for one in found[-kept:]]
    session.execute(insert(ErrorOccurrence), rows)
    for row, _ in seen:
        _forget_oldest(session, row.id, kept)


def _occurrence(row: ErrorGroupRow, one: Sighting) -> dict[str, object]:
    line = one.line
    return {
        "group_id": row.id,
        "at": one.at,
        "message": one.title,
        "line_id": line.id,
        "request_id": (line.request_id or "")[:200],
        "trace_id": one.trace_id,
        "job_id": (line.job_id or "")[:200],
        "user": one.user,
        "route": one.route[:200],
        "release": one.release,
    }


def _forget_oldest(session: Session, group_id: int, kept: int) -> None:
    mine = ErrorOccurrence.group_id == group_id
    count = session.scalar(
        select(func.count()).select_from(ErrorOccurrence).where(mine)
    )
    if (count or 0) > kept:
        last = (
            select(ErrorOccurrence.id)
            .where(mine)
            .order_by(ErrorOccurrence.id.desc())
            .offset(kept)
            .limit(1)
            .scalar_subquery()
        )
        session.execute(
            delete(ErrorOccurrence)
            .where(mine, ErrorOccurrence.id <= last)
            .execution_options(synchronize_session=False)
        )
