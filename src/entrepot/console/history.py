"""The history: every run, searched, the newest first."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, select, tuple_

from entrepot.base.errors import InvalidValue
from entrepot.base.house import House
from entrepot.console.models import Run
from entrepot.console.seen import see
from entrepot.console.spec import RunSeen, State
from entrepot.console.sweeping import end_lost
from entrepot.console.texts import check_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs are meant; what is empty limits nothing.

    Attributes:
        q: Stands in the statement, in any case.
        since: They began then or later.
        saved_query: They came from this one.
        by: Whose they are; None for everybody's.
    """

    by: str | None
    q: str = ""
    connection: str = ""
    states: tuple[State, ...] = ()
    since: datetime | None = None
    saved_query: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """Some runs, the newest first; `next` is empty after the last."""

    runs: list[RunSeen]
    next: str


def list_runs(
    house: House, wanted: RunFilter, *, after: str = "", limit: int = 50
) -> RunPage:
    """Return a page of the history.

    Args:
        after: `next` of the page before.

    Raises:
        InvalidValue: `after` is no such thing, or no database knows such a day.
    """
    check_plain(wanted.q, wanted.connection)
    end_lost(house)
    query = _query(wanted).order_by(Run.started_at.desc(), Run.id.desc())
    if after:
        query = query.where(tuple_(Run.started_at, Run.id) < _parse_place(after))
    with house.store.read_session() as session:
        found = list(session.scalars(query.limit(limit + 1)))
    rows, rest = found[:limit], found[limit:]
    return RunPage(
        runs=[see(row) for row in rows], next=_place(rows[-1]) if rest else ""
    )


def _query(wanted: RunFilter) -> Select[Run]:
    query = select(Run)
    if wanted.by is not None:
        query = query.where(Run.created_by == wanted.by)
    if wanted.q:
        query = query.where(Run.sql.icontains(wanted.q, autoescape=True))
    if wanted.connection:
        query = query.where(Run.connection == wanted.connection)
    if wanted.states:
        query = query.where(Run.state.in_(wanted.states))
    if wanted.since is not None:
        query = query.where(Run.started_at >= _in_utc(wanted.since))
    if wanted.saved_query is not None:
        query = query.where(Run.query_id == wanted.saved_query)
    return query


def _place(row: Run) -> str:
    text = f"{row.started_at.isoformat()} {row.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parse_place(after: str) -> tuple[datetime, str]:
    try:
        raw = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        at, _, id = raw.decode().partition(" ")
        began = datetime.fromisoformat(at)
    except (ValueError, UnicodeDecodeError):
        raise InvalidValue(f"no page ends at {after[:50]!r}") from None
    if began.tzinfo is None:
        raise InvalidValue(f"no page ends at {after[:50]!r}")
    check_plain(id)
    return _in_utc(began), id


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(f"no run began at {at}") from None
