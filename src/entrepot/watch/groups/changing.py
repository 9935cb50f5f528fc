"""What people say is to become of a group: resolved, ignored, muted, open again."""

from __future__ import annotations

from datetime import datetime, timedelta

from entrepot.base.acting import current
from entrepot.base.errors import Invalid, Missing
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now, render_time
from entrepot.watch.events import ErrorMarked
from entrepot.watch.groups.models import ErrorGroupRow
from entrepot.watch.groups.moving import unmute
from entrepot.watch.groups.reading import find_row
from entrepot.watch.groups.spec import State

LONGEST = timedelta(days=366)
MOST_MORE = 1_000_000


def resolve(house: House, id: str) -> None:
    """Say that a cause is mended: if it comes again, the group opens and says so.

    Raises:
        Missing: There is no such group.
    """
    _mark(house, id, "resolved")


def ignore(house: House, id: str) -> None:
    """Say that a cause is nobody's concern: it is counted, and never opens by itself.

    Raises:
        Missing: There is no such group.
    """
    _mark(house, id, "ignored")


def reopen(house: House, id: str) -> None:
    """Say that a cause wants to be looked at again.

    Raises:
        Missing: There is no such group.
    """
    _mark(house, id, "open")


def mute(
    house: House, id: str, *, until: datetime | None = None, more: int | None = None
) -> None:
    """Let a cause wait until a time, or until it came so many times more.

    Where both are given, what comes first ends it.

    Raises:
        Invalid: Neither is given, or one is not possible.
        Missing: There is no such group.
    """
    if until is None and more is None:
        raise Invalid(
            "muting needs an end", hint="give until, a time, or more, a number"
        )
    if until is not None and not now() < until <= now() + LONGEST:
        raise Invalid(
            f"until: {until.isoformat()} is not in the next {LONGEST.days} days"
        )
    if more is not None and not 1 <= more <= MOST_MORE:
        raise Invalid(f"more: {more} is not between 1 and {MOST_MORE:,}")
    _mark(house, id, "muted", until=until, more=more)


def _mark(
    house: House,
    id: str,
    state: State,
    *,
    until: datetime | None = None,
    more: int | None = None,
) -> None:
    at, by = now(), current().name[:320]
    with house.store.session() as session:
        row = find_row(session, id, is_held=True)
        if row is None:
            raise missing(id)
        was, row.state = row.state, state
        row.changed_at, row.changed_by = at, by
        unmute(row)
        if state == "resolved":
            row.resolved_at, row.resolved_by = at, by
        if state == "muted":
            row.muted_until_at = until
            row.muted_until_count = None if more is None else row.count + more
        emit(_event(row, was, until, more))  # if nobody can record it, it is not done


def missing(id: str) -> Missing:
    """Return what to say where there is no such group."""
    return Missing(
        f"there is no error {id[:60]!r}",
        hint="groups go when nothing of them came for a long time",
    )


def _event(
    row: ErrorGroupRow, was: str, until: datetime | None, more: int | None
) -> ErrorMarked:
    return ErrorMarked(
        id=row.key,
        title=row.title,
        state=row.state,
        was=was,
        until=None if until is None else render_time(until),
        more=more,
    )
