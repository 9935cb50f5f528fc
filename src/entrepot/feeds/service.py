"""Questions about many synchronisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.feeds.models import SyncHistory
from entrepot.feeds.states import MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatistics:
    """Synchronisations of a time, counted.

    Attributes:
        by_status: Every status, also those without one.
        success_ratio: Of those that are over; None where none is.
        mean_seconds: Of those that are over; None where none is.
    """

    total: int
    by_status: dict[str, int]
    by_type: dict[str, int]
    items_processed: int
    items_failed: int
    success_ratio: float | None
    mean_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What began on one day, in UTC."""

    on: date
    by_status: dict[str, int] = field(default_factory=dict)


def get_statistics(session: Session, *, since: datetime) -> SyncStatistics:
    """Count the synchronisations that began since a time."""
    recent = SyncHistory.started_at >= since
    by_status = dict.fromkeys(MOVES, 0) | _counts(session, "status", since)
    processed, failed, mean = session.execute(
        select(
            func.coalesce(func.sum(SyncHistory.items_processed), 0),
            func.coalesce(func.sum(SyncHistory.items_failed), 0),
            func.avg(SyncHistory.duration),
        ).where(recent)
    ).one()
    total = sum(by_status.values())
    over = total - by_status["pending"]
    return SyncStatistics(
        total=total,
        by_status=by_status,
        by_type=_counts(session, "sync_type", since),
        items_processed=processed,
        items_failed=failed,
        success_ratio=by_status["success"] / over if over else None,
        mean_seconds=None if mean is None else float(mean),
    )


def get_timeline(session: Session, *, until: date, days: int) -> list[Day]:
    """Return the last days up to one, the oldest first, each with its counts."""
    first = until - timedelta(days=days - 1)
    began = datetime.combine(first, time(), UTC)
    wanted = select(SyncHistory.started_at, SyncHistory.status).where(
        SyncHistory.started_at >= began,
        SyncHistory.started_at < began + timedelta(days=days),
    )
    counted = Counter(
        (at.astimezone(UTC).date(), status) for at, status in session.execute(wanted)
    )
    return [
        Day(on=on, by_status={status: counted[on, status] for status in MOVES})
        for on in _days(first, days)
    ]


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))


def _counts(session: Session, column: str, since: datetime) -> dict[str, int]:
    word = getattr(SyncHistory, column)
    counted = (
        select(word, func.count())
        .where(SyncHistory.started_at >= since)
        .group_by(word)
        .order_by(func.count().desc(), word)
    )
    return {name: count for name, count in session.execute(counted)}
