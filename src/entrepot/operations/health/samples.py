"""The history of our own database's health: taken, kept, and read again."""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from entrepot.base import ground_settings as knobs
from entrepot.base.house import House
from entrepot.base.store_meter import Counts
from entrepot.base.times import now, render_time
from entrepot.operations import settings as own_knobs
from entrepot.operations.health.models import Sample
from entrepot.operations.health.status import DatabaseHealth

WAITING_COUNT = 1_000
"""Samples kept in memory while our own database is away; the oldest go first."""
MOST_POINTS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How our own database was for one process at one time.

    Attributes:
        process: Host and process id.
        pool_limit: The most connections that it may have.
        most_checked_out: Connections at work at once, the most since the process's
            point before; so are the counts.
    """

    at: str
    process: str
    status: str
    response_ms: float | None
    pool_size: int
    most_checked_out: int
    overflow: int
    pool_limit: int
    statements: int
    slow: int
    failed: int
    retries: int


class Sampler:
    """Takes the samples of one process, and writes them when it can."""

    def __init__(self, house: House, *, clock: Callable[[], datetime] = now) -> None:
        self._house = house
        self._clock = clock
        self._before = Counts()
        self._process = f"{socket.gethostname()[:80]}:{os.getpid()}"
        self.waiting: deque[dict[str, object]] = deque(maxlen=WAITING_COUNT)

    def take(self, health: DatabaseHealth) -> None:
        """Note how it is now."""
        meter = self._house.store.meter
        counts = meter.read()
        new, self._before = counts.since(self._before), counts
        pool = health.pool_status
        overflow = self._house.settings[knobs.DB_MAX_OVERFLOW]
        self.waiting.append(
            {
                "at": self._clock(),
                "process": self._process,
                "status": health.status,
                "response_ms": health.response_time_ms,
                "pool_size": pool.pool_size,
                "most_checked_out": meter.take_peak(pool.checked_out),
                "overflow": pool.overflow,
                "pool_limit": pool.pool_size + overflow,
                "statements": new.statements,
                "slow": new.slow,
                "failed": new.failed,
                "retries": new.retries,
            }
        )

    def write(self) -> None:
        """Write what waits, and forget what is older than the settings keep.

        Raises:
            sqlalchemy.exc.DBAPIError: It cannot be written now; it goes on waiting.
        """
        rows = list(self.waiting)
        days = self._house.settings[own_knobs.SAMPLES_KEPT]
        with self._house.store.session() as session:
            session.execute(insert(Sample), rows)
            oldest = self._clock() - timedelta(days=days)
            session.execute(delete(Sample).where(Sample.at < oldest))
        for _ in rows:
            self.waiting.popleft()


def list_points(house: House, *, hours: float) -> list[Point]:
    """Return the points of the last hours, of every process, oldest first.

    Where there are more than can be shown, the newest.
    """
    since = now() - timedelta(hours=hours)
    newest = select(Sample).where(Sample.at >= since).order_by(Sample.at.desc())
    with house.store.read_session() as session:
        rows = session.scalars(newest.limit(MOST_POINTS)).all()
    return [_point(row) for row in reversed(rows)]


def _point(row: Sample) -> Point:
    return Point(
        at=render_time(row.at),
        process=row.process,
        status=row.status,
        response_ms=row.response_ms,
        pool_size=row.pool_size,
        most_checked_out=row.most_checked_out,
        overflow=row.overflow,
        pool_limit=row.pool_limit,
        statements=row.statements,
        slow=row.slow,
        failed=row.failed,
        retries=row.retries,
    )
