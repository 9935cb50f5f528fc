"""What becomes of errors: groups listed, read, and their neighbours by key."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.base.errors import Unavailable
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.groups import reading
from entrepot.watch.groups.changing import ignore, missing, mute, reopen, resolve
from entrepot.watch.groups.counting import OTHERS
from entrepot.watch.groups.fingerprint import group_id_of
from entrepot.watch.groups.folding import fold
from entrepot.watch.groups.models import (
    ErrorGroupRow,
    ErrorHour,
    ErrorOccurrence,
    ErrorTouch,
)
from entrepot.watch.groups.spec import (
    ErrorDetail,
    ErrorPage,
    Occurrence,
    Touched,
    Wish,
)
from entrepot.watch.spec import Line

__all__ = [
    "find_group",
    "group_id_of",
    "ignore",
    "list_groups",
    "list_occurrences",
    "mute",
    "next_group",
    "previous_group",
    "read_group",
    "reopen",
    "resolve",
]

LOOK_SECONDS = 0.05
"""What somebody who looks waits for errors to be counted: the rest is under way."""
SHOWN_OCCURRENCES = 12
SHOWN_TOUCHES = 10
_KINDS = {"user": "users", "route": "routes", "release": "releases"}


def list_groups(
    house: House, wish: Wish, *, limit: int = 50, after: str = ""
) -> ErrorPage:
    """Return groups, by default the one that came last first.

    What this server wrote a moment ago is among them, unless that is very much.

    Args:
        after: `next` of the page before.

    Raises:
        InvalidValue: `after` is none.
    """
    is_current = _catch_up(house)
    with house.store.read_session() as session:
        rows = reading.list_rows(session, wish, limit=limit + 1, after=after)
        has_more, rows = len(rows) > limit, rows[:limit]
        hours = reading.hours_of(session, [row.id for row in rows], hours=wish.hours)
        return ErrorPage(
            groups=[
                reading.group_of(row, hours.get(row.id, {}), hours=wish.hours)
                for row in rows
            ],
            next=reading.place_after(rows[-1], wish.order) if has_more else "",
            counts=reading.count_states(session, wish),
            recent=_recent(session, wish.hours),
            fresh=_fresh(session, wish.hours),
            is_current=is_current,
        )


def read_group(house: House, id: str, *, hours: int = 24) -> ErrorDetail:
    """Return one group with everything that is kept of it.

    Raises:
        Missing: There is none.
    """
    _catch_up(house)
    with house.store.read_session() as session:
        row = _get(session, id)
        counts = reading.hours_of(session, [row.id], hours=hours).get(row.id, {})
        touched = {kind: _touched(session, row.id, kind) for kind in _KINDS}
        return ErrorDetail(
            group=reading.group_of(row, counts, hours=hours),
            fingerprint=row.fingerprint,
            normalised=row.normal,
            frames=list(row.frames),
            stack_trace=row.stack_trace,
            facts=dict(row.facts or {}),
            stretches=reading.stretches_of(
                counts, hours=hours, most=reading.MOST_STRETCHES
            ),
            users=touched["user"],
            routes=touched["route"],
            releases=touched["release"],
            occurrences=_occurrences(session, row.id, limit=SHOWN_OCCURRENCES),
            others=_others(session, row.id),
        )


def find_group(house: House, line: Line) -> str:
    """Return the id of the group that a line of an error went into; empty for none.

    What came a moment ago is put into groups before.
    """
    _catch_up(house)
    key = group_id_of(line)
    known = select(ErrorGroupRow.key).where(ErrorGroupRow.key == key)
    # Where there were too many groups it is in another one than it tells.
    counted = (
        select(ErrorGroupRow.key)
        .join(ErrorOccurrence, ErrorOccurrence.group_id == ErrorGroupRow.id)
        .where(
            ErrorOccurrence.at == datetime.fromisoformat(line.timestamp),
            ErrorOccurrence.line_id == line.id,
        )
    )
    with house.store.read_session() as session:
        return session.scalar(known) or session.scalar(counted.limit(1)) or ""


def list_occurrences(
    house: House, id: str, *, limit: int = 50, before: int | None = None
) -> list[Occurrence]:
    """Return the newest errors of a group that are kept, newest first.

    Raises:
        Missing: There is no such group.
    """
    _catch_up(house)
    with house.store.read_session() as session:
        return _occurrences(session, _get(session, id).id, limit=limit, before=before)


def next_group(house: House, id: str, wish: Wish) -> str:
    """Return the id of the group below one in a list; empty at its end.

    Raises:
        Missing: There is no such group.
    """
    with house.store.read_session() as session:
        return reading.neighbour(session, wish, _get(session, id), is_next=True)


def previous_group(house: House, id: str, wish: Wish) -> str:
    """Return the id of the group above one in a list; empty at its beginning.

    Raises:
        Missing: There is no such group.
    """
    with house.store.read_session() as session:
        return reading.neighbour(session, wish, _get(session, id), is_next=False)


def _catch_up(house: House) -> bool:
    """Fold what came a moment ago; tell whether nothing is left."""
    # Groups can be looked at while the log cannot be read; its check tells of that.
    with suppress(Unavailable):
        return fold(house, seconds=LOOK_SECONDS).is_done
    return False


def _get(session: Session, id: str) -> ErrorGroupRow:
    row = reading.find_row(session, id)
    if row is None:
        raise missing(id)
    return row


def _occurrences(
    session: Session, group_id: int, *, limit: int, before: int | None = None
) -> list[Occurrence]:
    wanted = select(ErrorOccurrence).where(ErrorOccurrence.group_id == group_id)
    if before is not None:
        wanted = wanted.where(ErrorOccurrence.id < before)
    rows = session.scalars(wanted.order_by(ErrorOccurrence.id.desc()).limit(limit))
    return [
        Occurrence(
            id=row.id,
            at=row.at,
            message=row.message,
            line_id=row.line_id,
            request_id=row.request_id,
            trace_id=row.trace_id,
            job_id=row.job_id,
            user=row.user,
            route=row.route,
            release=row.release,
        )
        for row in rows
    ]


def _touched(session: Session, group_id: int, kind: str) -> list[Touched]:
    order = ErrorTouch.last_seen_at if kind == "release" else ErrorTouch.count
    wanted = select(ErrorTouch).where(
        ErrorTouch.group_id == group_id,
        ErrorTouch.kind == kind,
        ErrorTouch.name != OTHERS,
    )
    rows = session.scalars(
        wanted.order_by(order.desc(), ErrorTouch.name).limit(SHOWN_TOUCHES)
    )
    return [
        Touched(name=row.name, count=row.count, last_seen_at=row.last_seen_at)
        for row in rows
    ]


def _others(session: Session, group_id: int) -> dict[str, int]:
    """Return how many names of each kind are not shown."""
    rows = session.execute(
        select(ErrorTouch.kind, func.count())
        .where(ErrorTouch.group_id == group_id, ErrorTouch.name != OTHERS)
        .group_by(ErrorTouch.kind)
    )
    counts = {kind: count for kind, count in rows}
    return {
        name: max(0, counts.get(kind, 0) - SHOWN_TOUCHES)
        for kind, name in _KINDS.items()
    }


def _recent(session: Session, hours: int) -> int:
    wanted = (
        select(func.coalesce(func.sum(ErrorHour.count), 0))
        .join(ErrorGroupRow, ErrorGroupRow.id == ErrorHour.group_id)
        .where(
            ErrorGroupRow.state == "open", ErrorHour.hour > reading.last_hour() - hours
        )
    )
    return int(session.scalar(wanted) or 0)


def _fresh(session: Session, hours: int) -> int:
    since = now() - timedelta(hours=hours)
    wanted = select(func.count()).select_from(ErrorGroupRow)
    return session.scalar(wanted.where(ErrorGroupRow.first_seen_at > since)) or 0
