"""Groups as they lie in our own database, found and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from entrepot.base.errors import InvalidValue
from entrepot.base.times import now, render_time
from entrepot.watch.groups.counting import HOUR_SECONDS
from entrepot.watch.groups.models import (
    ErrorGroupRow,
    ErrorHour,
    ErrorOccurrence,
    ErrorTouch,
)
from entrepot.watch.groups.spec import (
    STATES,
    ErrorGroup,
    Order,
    State,
    Stretch,
    Wish,
)
from entrepot.watch.log.text import calmed

BARS = 12
"""Of the small drawing beside each group."""
MOST_STRETCHES = 60

_KEYS: Mapping[Order, InstrumentedAttribute[Any]] = {
    "last": ErrorGroupRow.last_seen_at,
    "first": ErrorGroupRow.first_seen_at,
    "count": ErrorGroupRow.count,
}
Hours = Mapping[int, Mapping[int, int]]
"""Errors by group and hour."""


def find_row(
    session: Session, key: str, *, is_held: bool = False
) -> ErrorGroupRow | None:
    """Return a group by its id; None if there is none."""
    wanted = select(ErrorGroupRow).where(ErrorGroupRow.key == calmed(key[:60]))
    return session.scalars(wanted.with_for_update() if is_held else wanted).first()


def list_rows(
    session: Session, wish: Wish, *, limit: int, after: str = ""
) -> list[ErrorGroupRow]:
    """Return groups in the order that is wished.

    Raises:
        InvalidValue: `after` is no place in it.
    """
    wanted = _ordered(select(ErrorGroupRow).where(*conditions(wish)), wish.order)
    if after:
        wanted = wanted.where(_beyond(wish.order, after))
    return list(session.scalars(wanted.limit(limit)))


def neighbour(
    session: Session, wish: Wish, row: ErrorGroupRow, *, is_next: bool
) -> str:
    """Return the id of the group below or above one in a list; empty at its end."""
    key = _KEYS[wish.order]
    value = getattr(row, key.key)
    wanted = select(ErrorGroupRow.key).where(
        *conditions(wish), _is_behind(key, value, row.id, is_next=is_next)
    )
    return session.scalar(_ordered(wanted, wish.order, is_next=is_next).limit(1)) or ""


def count_states(session: Session, wish: Wish) -> dict[State, int]:
    """Return how many groups there are of each state, the other filters kept."""
    some = conditions(replace(wish, states=()))
    rows = session.execute(
        select(ErrorGroupRow.state, func.count())
        .where(*some)
        .group_by(ErrorGroupRow.state)
    )
    found = {state: count for state, count in rows}
    return {state: found.get(state, 0) for state in STATES}


def place_after(row: ErrorGroupRow, order: Order) -> str:
    """Return where a list goes on after a group."""
    value = getattr(row, _KEYS[order].key)
    shown = _exact(value) if isinstance(value, datetime) else value
    return f"{shown}~{row.id}"


def hours_of(session: Session, ids: Sequence[int], *, hours: int) -> Hours:
    """Return the errors of groups by the hour, of the last so many hours."""
    wanted = select(ErrorHour.group_id, ErrorHour.hour, ErrorHour.count).where(
        ErrorHour.group_id.in_(ids), ErrorHour.hour > last_hour() - hours
    )
    found: dict[int, dict[int, int]] = {}
    for group_id, hour, count in session.execute(wanted):
        found.setdefault(group_id, {})[hour] = count
    return found


def last_hour() -> int:
    """Return this hour, counted since the epoch."""
    return int(now().timestamp() // HOUR_SECONDS)


def stretches_of(counts: Mapping[int, int], *, hours: int, most: int) -> list[Stretch]:
    """Return a distribution in at most so many stretches of equal length."""
    width = -(-hours // most)
    count = -(-hours // width)
    first = last_hour() - count * width + 1
    sums = [0] * count
    for hour, errors in counts.items():
        if hour >= first:
            sums[min((hour - first) // width, count - 1)] += errors
    begin = datetime.fromtimestamp(first * HOUR_SECONDS, UTC)
    return [
        Stretch(at=begin + timedelta(hours=width * n), count=sums[n])
        for n in range(count)
    ]


def group_of(
    row: ErrorGroupRow, counts: Mapping[int, int], *, hours: int
) -> ErrorGroup:
    """Return a row as people see it."""
    bars = stretches_of(counts, hours=hours, most=BARS)
    left = row.muted_until_count
    return ErrorGroup(
        id=row.key,
        title=row.title,
        error_type=row.error_type,
        logger=row.logger,
        route=row.route,
        place=row.frames[-1] if row.frames else "",
        state=row.state,  # type: ignore[arg-type]  # the table holds no other
        count=row.count,
        recent=sum(counts.values()),
        hours=[bar.count for bar in bars],
        people=row.people,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        first_release=row.first_release,
        last_release=row.last_release,
        is_new=row.first_seen_at > now() - timedelta(hours=hours),
        is_back=row.state == "open" and row.reopened_at is not None,
        reopened_release=row.reopened_release,
        reopened_at=row.reopened_at,
        reopened_count=row.reopened_count,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        muted_until_at=row.muted_until_at,
        muted_left=None if left is None else max(0, left - row.count),
        line_id=row.line_id,
        request_id=row.request_id,
        trace_id=row.trace_id,
    )


def conditions(wish: Wish) -> Iterable[ColumnElement[bool]]:
    """Yield what groups must be to be wished for."""
    row = ErrorGroupRow
    wish = _storable(wish)
    if wish.states:
        yield row.state.in_(wish.states)
    if wish.q:
        texts = (row.title, row.normal, row.error_type, row.route, row.logger)
        of_request = select(ErrorOccurrence.group_id).where(
            ErrorOccurrence.request_id == wish.q
        )
        yield or_(
            *(text.icontains(wish.q, autoescape=True) for text in texts),
            row.key == wish.q,
            row.id.in_(of_request),
        )
    if wish.logger:
        below = row.logger.startswith(f"{wish.logger}.", autoescape=True)
        yield or_(row.logger == wish.logger, below)
    if wish.error_type:
        yield row.error_type == wish.error_type
    for kind, name in (("route", wish.route), ("release", wish.release)):
        if name:
            yield row.id.in_(
                select(ErrorTouch.group_id).where(
                    ErrorTouch.kind == kind, ErrorTouch.name == name
                )
            )


def _storable(wish: Wish) -> Wish:
    """Return a wish in the signs that texts of groups have."""
    return replace(
        wish,
        q=calmed(wish.q),
        logger=calmed(wish.logger),
        error_type=calmed(wish.error_type),
        route=calmed(wish.route),
        release=calmed(wish.release),
    )


def _ordered(wanted: Select[Any], order: Order, *, is_next: bool = True) -> Select[Any]:
    key = _KEYS[order]
    if is_next:
        return wanted.order_by(key.desc(), ErrorGroupRow.id.desc())
    return wanted.order_by(key, ErrorGroupRow.id)


def _is_behind(
    key: InstrumentedAttribute[Any], value: object, id: int, *, is_next: bool
) -> ColumnElement[bool]:
    if is_next:
        return or_(key < value, and_(key == value, ErrorGroupRow.id < id))
    return or_(key > value, and_(key == value, ErrorGroupRow.id > id))


def _beyond(order: Order, after: str) -> ColumnElement[bool]:
    text, _, id = after.partition("~")
    try:
        value = _count(text) if order == "count" else _moment(text)
        number = _count(id)
    except (ValueError, OverflowError):
        raise InvalidValue(
            f"after: {after[:60]!r} is no place in the list",
            hint="take it from the address in page.next",
        ) from None
    return _is_behind(_KEYS[order], value, number, is_next=True)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ValueError(text)
    return int(text)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _exact(at: datetime) -> str:
    return render_time(at, timespec="microseconds")
