"""Statements by their shape in our own database: written by the day, and read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session

from entrepot.base.store_meter import Measured
from entrepot.connections import Statement
from entrepot.watch.history.counted import OTHER, Counted
from entrepot.watch.history.models import StatementDay, StatementShape
from entrepot.watch.history.statements.own_plans import has_plan
from entrepot.watch.history.statements.shapes import shape_of
from entrepot.watch.history.statements.spec import Sort, StatementUse
from entrepot.watch.history.statements.tally import StatementTally, Taken, ToExplain
from entrepot.watch.history.upserting import add_up, put_if_new
from entrepot.watch.history.writing import DAY

KEPT_SECONDS = 30 * DAY
MOST_KEPT = 5_000
"""Different shapes that are kept; new ones beyond are `other`."""
OWN = ""
"""What stands for our own database, where others have the connection's name."""


def count_own(
    tally: StatementTally, texts: Mapping[str, Measured], dialect: str, at: float
) -> None:
    """Count what our own database's meter measured."""
    for sql, measured in texts.items():
        shape, text = shape_of(sql, dialect)
        counted = Counted(
            times=measured.times,
            rows=measured.rows,
            total_ms=measured.seconds * 1000,
            max_ms=measured.longest_seconds * 1000,
            last_at=at,
        )
        tally.add(OWN, shape, text, counted)
        if has_plan(sql, dialect):
            slow = ToExplain(OWN, dialect, shape, Statement(sql=sql))
            tally.note_if_slow(slow, counted.max_ms)


def write_statements(session: Session, taken: Taken) -> None:
    """Add what was measured to the days it was last seen on."""
    known = _keep_shapes(session, taken.texts)
    rows: dict[tuple[str, str, int], Counted] = {}
    for (connection, shape), counted in taken.counted.items():
        day = int(counted.last_at) // DAY * DAY
        key = (connection[:100], shape if shape in known else OTHER, day)
        rows.setdefault(key, Counted()).merge(counted)
    found = [
        {"connection": connection, "shape": shape, "at": at, **counted.row()}
        for (connection, shape, at), counted in sorted(rows.items())
    ]
    add_up(session, StatementDay, found, key=("connection", "shape", "at"))


def keep_plan(session: Session, shape: str, plan: str, at: datetime) -> None:
    """Write how a database would run statements of a shape."""
    session.execute(
        update(StatementShape)
        .where(StatementShape.shape == shape)
        .values(plan=plan, planned_at=at)
    )


def prune_statements(session: Session, now: float) -> None:
    """Remove days whose time is over, and shapes without any."""
    is_old = StatementDay.at < int(now) - KEPT_SECONDS - DAY
    session.execute(delete(StatementDay).where(is_old))
    used = select(StatementDay.shape).where(StatementDay.shape == StatementShape.shape)
    session.execute(delete(StatementShape).where(~used.exists()))


def list_statements(
    session: Session,
    *,
    connection: str | None,
    since: float,
    until: float,
    sort: Sort,
    limit: int,
    shape: str = "",
) -> list[StatementUse]:
    """Return the shapes of a time, whole days, the longest work first.

    Args:
        connection: Only of this one; None for all.
    """
    wanted = (
        _shapes()
        .where(StatementDay.at >= int(since) // DAY * DAY, StatementDay.at < until)
        .order_by(_ORDERS[sort].desc(), StatementDay.connection, StatementDay.shape)
        .limit(limit)
    )
    if connection is not None:
        wanted = wanted.where(StatementDay.connection == connection)
    if shape:
        wanted = wanted.where(StatementDay.shape == shape)
    return [_use(*row) for row in session.execute(wanted)]


_TOTAL, _TIMES = func.sum(StatementDay.total_ms), func.sum(StatementDay.times)
_ORDERS: Mapping[Sort, ColumnElement[Any]] = {
    "total": _TOTAL,
    "mean": _TOTAL / _TIMES,
    "max": func.max(StatementDay.max_ms),
    "times": _TIMES,
}


def _shapes() -> Select[*tuple[Any, ...]]:
    keys = (
        StatementDay.connection,
        StatementDay.shape,
        StatementShape.sql,
        StatementShape.plan,
        StatementShape.planned_at,
    )
    return (
        select(
            *keys,
            _TIMES,
            func.sum(StatementDay.failed),
            func.sum(StatementDay.rows),
            _TOTAL,
            func.max(StatementDay.max_ms),
            func.max(StatementDay.last_at),
        )
        .join(StatementShape, StatementShape.shape == StatementDay.shape)
        .group_by(*keys)
    )


def _use(  # a row has this many columns
    connection: str,
    shape: str,
    sql: str,
    plan: str | None,
    planned_at: datetime | None,
    times: int,
    failed: int,
    rows: int | None,
    total_ms: float,
    max_ms: float,
    last_at: float,
) -> StatementUse:
    return StatementUse(
        connection=connection,
        id=shape,
        sql=sql,
        times=int(times),
        failed=int(failed),
        rows=None if rows is None else int(rows),
        total_ms=total_ms,
        mean_ms=total_ms / max(int(times), 1),
        max_ms=max_ms,
        last_at=datetime.fromtimestamp(last_at, UTC),
        plan=plan,
        planned_at=planned_at,
    )


def _keep_shapes(session: Session, texts: Mapping[str, str]) -> set[str]:
    wanted = {**texts, OTHER: OTHER}
    shapes = select(StatementShape.shape)
    known = set(session.scalars(shapes.where(StatementShape.shape.in_(sorted(wanted)))))
    count = session.scalar(select(func.count()).select_from(StatementShape)) or 0
    new = sorted(wanted.keys() - known, key=lambda shape: (shape != OTHER, shape))
    new = new[: max(1, MOST_KEPT - count)] if new else []
    rows = [{"shape": shape, "sql": wanted[shape]} for shape in new]
    put_if_new(session, StatementShape, rows, key=("shape",))
    return known | set(new)
