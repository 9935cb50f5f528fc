"""The durable log, read: newest first, narrowed, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from entrepot.accounts import User
from entrepot.base.house import House
from entrepot.jobs import Job
from entrepot.watch.models import SystemLog
from entrepot.watch.spec import LEVELS, Level

COUNTED = 10_000
"""Beyond these nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Which lines; what is empty or None does not narrow.

    Attributes:
        q: The message has it, in any case.
        logger: It, or one below it.
        job_id: As jobs are known to people.
        before: Only lines with a lower number.
    """

    levels: tuple[Level, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    logger: str = ""
    request_id: str = ""
    job_id: str = ""
    user_id: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableLine:
    """A line of the durable log.

    Attributes:
        user: The person's e-mail address, while they have an account.
        job_id: As jobs are known to people.
    """

    id: int
    created_at: datetime
    level: str
    logger: str | None
    message: str
    user_id: int | None
    user: str | None
    job_id: str | None
    request_id: str | None
    extra_data: Mapping[str, object] | None
    stack_trace: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableLines:
    """Lines, newest first.

    Attributes:
        older: Number to go on before; None where there are no more.
        total: None where there are more than anybody counts.
    """

    lines: list[DurableLine]
    older: int | None
    total: int | None


def list_kept(house: House, wanted: Kept, *, limit: int) -> DurableLines:
    """Return lines of the durable log, newest first."""
    with house.store.read_session() as session:
        conditions = _conditions(wanted)
        total = _count(session, conditions)
        page = _columns().where(*conditions)
        if wanted.before is not None:
            page = page.where(SystemLog.id < wanted.before)
        page = page.order_by(SystemLog.id.desc()).limit(limit + 1)
        lines = [DurableLine(**row) for row in session.execute(page).mappings()]
    older = lines[limit - 1].id if len(lines) > limit else None
    return DurableLines(lines=lines[:limit], older=older, total=total)


def _columns() -> Select[tuple[object, ...]]:
    return (
        select(
            SystemLog.id,
            SystemLog.created_at,
            SystemLog.level,
            SystemLog.logger_name.label("logger"),
            SystemLog.message,
            SystemLog.user_id,
            User.email.label("user"),
            Job.job_uuid.label("job_id"),
            SystemLog.request_id,
            SystemLog.extra_data,
            SystemLog.stack_trace,
        )
        .outerjoin(User, User.id == SystemLog.user_id)
        .outerjoin(Job, Job.id == SystemLog.job_id)
    )


def _conditions(wanted: Kept) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.levels and set(wanted.levels) != set(LEVELS):
        found.append(SystemLog.level.in_(wanted.levels))
    if wanted.since is not None:
        found.append(SystemLog.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(SystemLog.created_at < wanted.until)
    if wanted.q:
        found.append(SystemLog.message.icontains(wanted.q, autoescape=True))
    if wanted.logger:
        below = SystemLog.logger_name.startswith(f"{wanted.logger}.", autoescape=True)
        found.append(or_(SystemLog.logger_name == wanted.logger, below))
    if wanted.request_id:
        found.append(SystemLog.request_id == wanted.request_id)
    if wanted.job_id:
        of = select(Job.id).where(Job.job_uuid == wanted.job_id)
        found.append(SystemLog.job_id.in_(of))
    if wanted.user_id is not None:
        found.append(SystemLog.user_id == wanted.user_id)
    return found


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int | None:
    some = select(SystemLog.id).where(*conditions).limit(COUNTED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    return count if count <= COUNTED else None
