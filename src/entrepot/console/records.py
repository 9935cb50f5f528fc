"""Rows of the table of runs: begun, ended, asked for, and ended for the dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from entrepot.base.acting import current
from entrepot.base.errors import NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.console.errors import PreviewGone, TooManyRuns
from entrepot.console.events import QueryStopped
from entrepot.console.limits import Limit
from entrepot.console.models import Run
from entrepot.console.spec import LIVE, Kind, State

LOST_SECONDS = 30.0
"""Without a sign of life for so long, the process that ran a statement is gone."""

TABLE = cast("Table", Run.__table__)  # a mapped class has one

LOST = "the server that ran it ended before it was done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended; what is not said stays empty."""

    state: State
    seconds: float
    rows: int | None = None
    result_bytes: int | None = None
    is_truncated: bool = False
    columns: list[dict[str, Any]] | None = None
    warnings: Sequence[str] = ()
    has_result: bool = False
    expires_at: datetime | None = None
    error: str | None = None
    error_detail: str | None = None
    error_hint: str | None = None
    error_position: int | None = None


_INSERT = insert(TABLE)
_COUNT = select(func.count()).where(
    # As an expression, lest SQLite goes through all that somebody ever ran.
    TABLE.c.created_by + "" == bindparam("by"),
    or_(*(TABLE.c.state == state for state in LIVE)),
    TABLE.c.beat_at > bindparam("alive"),
)
_END = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("run"))
    .values({name: bindparam(name) for name in (*Ended.__slots__, "ended_at")})
)
"""Made once: to make one takes longer than to run it."""


def begin(house: House, row: Run, *, most: Limit) -> None:
    """Write down that a statement begins.

    Raises:
        TooManyRuns: The person has so many running already.
        PreviewGone: A run of this id has begun before.
    """
    # Below the ORM, which takes longer here than most statements do.
    values = {name: value for name, value in vars(row).items() if name in TABLE.c}
    values |= {"trace_id": current().trace_id or None, "rows_read": 0, "warnings": []}
    try:
        with house.store.engine.begin() as connection:
            _check_count(connection, row, most)
            connection.execute(_INSERT, values)
    except IntegrityError:
        raise PreviewGone(
            "this preview was used before", hint="ask for a new preview"
        ) from None


def _check_count(connection: Connection, row: Run, most: Limit) -> None:
    alive = row.started_at - timedelta(seconds=LOST_SECONDS)
    asked = {"by": row.created_by, "alive": alive}
    count = connection.scalar(_COUNT, asked) or 0
    if count >= most.count:
        raise TooManyRuns(
            f"you have {count} statements running, as many as you may",
            retry_after_seconds=2,
            hint="wait for one to end, or stop one: GET /api/sql/running lists them; "
            f"{most.setting} says how many",
        )


def end(house: House, id: str, ended: Ended) -> None:
    """Write down how a statement ended."""
    values = {name: getattr(ended, name) for name in Ended.__slots__}
    values |= {"warnings": list(ended.warnings), "ended_at": now(), "run": id}
    with house.store.engine.begin() as connection:
        connection.execute(_END, values)


def find(house: House, id: str) -> Run | None:
    """Return the row of a run, whoever's it is."""
    with house.store.read_session() as session:
        return session.get(Run, id)


def get(house: House, id: str, *, by: str | None) -> Run:
    """Return the row of somebody's run; of anybody's where `by` is None.

    Raises:
        NotThere: There is none with this id, or it is another's.
    """
    row = find(house, id) if len(id) <= 36 and "\0" not in id else None
    if row is None or (by is not None and row.created_by != by):
        raise NotThere("run", id, [])
    return row


def note_polled(house: House, row: Run) -> None:
    """Write down that somebody waits for a run, at most once a second."""
    at = now()
    if row.is_watched and row.state in LIVE and at - row.polled_at > _SECOND:
        with house.store.session() as session:
            session.execute(update(Run).where(Run.id == row.id).values(polled_at=at))


_SECOND = timedelta(seconds=1)


def want_stopped(house: House, id: str, *, by: str) -> bool:
    """Write down that a run shall end; tell whether it was running."""
    with house.store.session() as session:
        done = session.execute(
            update(Run)
            .where(Run.id == id, Run.state.in_(LIVE), Run.stopped_by.is_(None))
            .values(stopped_by=by)
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]  # an update has it


@dataclass(frozen=True, slots=True)
class Wish:
    """What people want of a run that is going on."""

    id: str
    stopped_by: str | None
    polled_at: datetime


def wishes(house: House, ids: Sequence[str]) -> list[Wish]:
    """Return what people want of these runs."""
    asked = select(Run.id, Run.stopped_by, Run.polled_at).where(Run.id.in_(ids))
    with house.store.read_session() as session:
        return [Wish(*row) for row in session.execute(asked)]


def beat(house: House, rows_read: dict[str, int]) -> None:
    """Write down that these runs go on, and how far they are."""
    at = now()
    with house.store.session() as session:
        for id, rows in rows_read.items():
            alive = update(Run).where(Run.id == id, Run.state.in_(LIVE))
            session.execute(alive.values(beat_at=at, rows_read=rows))


def set_state(house: House, id: str, state: State) -> None:
    """Write down that a run that waited runs."""
    with house.store.session() as session:
        session.execute(update(Run).where(Run.id == id).values(state=state))


def is_lost(row: Run) -> bool:
    """Tell whether a run goes on by its row only: its process is gone."""
    lost_since = now() - timedelta(seconds=LOST_SECONDS)
    return row.state in LIVE and row.beat_at < lost_since


def end_lost(house: House) -> list[str]:
    """End the runs whose process is gone; return their ids."""
    limit = now() - timedelta(seconds=LOST_SECONDS)
    lost = (Run.state.in_(LIVE), Run.beat_at < limit)
    with house.store.read_session() as session:
        if session.scalar(select(Run.id).where(*lost).limit(1)) is None:
            return []
    with house.store.session() as session:
        found = list(session.scalars(select(Run).where(*lost)))
        for row in found:
            row.state, row.error, row.error_detail = "failed", "lost", LOST
            row.ended_at = row.beat_at
            row.seconds = (row.beat_at - row.started_at).total_seconds()
            emit(_lost_event(row))
        return [row.id for row in found]


def _lost_event(row: Run) -> QueryStopped:
    return QueryStopped(
        id=row.id,
        connection=row.connection,
        query_type=row.query_type,
        because="lost",
        seconds=row.seconds or 0.0,
    )


def new_row(  # a row has this many facts, each named at the call
    *,
    id: str,
    kind: Kind,
    query_type: str,
    connection: str,
    sql: str,
    params: object,
    query_id: int | None,
    by: str,
    is_watched: bool,
    at: datetime,
) -> Run:
    """Return the row of a run that is about to begin."""
    return Run(
        id=id,
        state="waiting" if is_watched else "running",
        kind=kind,
        query_type=query_type,
        connection=connection,
        sql=sql,
        params=params,
        query_id=query_id,
        created_by=by,
        is_watched=is_watched,
        started_at=at,
        polled_at=at,
        beat_at=at,
    )
