"""The jobs that one worker has in its hands, each told when it must end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from entrepot.jobs.errors import JobStopped
from entrepot.jobs.spec import Facts, JobKind

Reason = Literal["cancelled", "shutdown", "lost"]
"""Somebody wants it no more; the worker ends; another worker has the job."""

SAID: dict[Reason, str] = {
    "cancelled": "the job was cancelled",
    "shutdown": "the worker shuts down",
    "lost": "another worker has the job",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """How far a job is.

    Attributes:
        percent: Whole, from 0 to 100.
    """

    rows: int | None = None
    rows_total: int | None = None
    percent: int = 0
    stage: str | None = None


@dataclass(slots=True, eq=False)
class RunningWork:
    """A job that runs in this process; what `spec.Work` promises."""

    id: str
    kind: JobKind
    attempt: int
    parameters: Facts
    by: str = ""
    user_id: int | None = None
    trace_id: str = ""
    traceparent: str = ""
    news: News = field(default_factory=News)
    reason: Reason | None = None

    def advance(
        self,
        *,
        rows: int | None = None,
        rows_total: int | None = None,
        percent: float | None = None,
        stage: str | None = None,
    ) -> None:
        """Tell how far it is; the worker's own thread writes it.

        Raises:
            JobStopped: It must end.
        """
        last = self.news
        rows = last.rows if rows is None else rows
        rows_total = last.rows_total if rows_total is None else rows_total
        if percent is None and rows_total:
            percent = min(99.0, 100 * (rows or 0) / rows_total)
        whole = max(last.percent, min(100, int(percent or 0)))
        stage = last.stage if stage is None else stage[:255]
        self.news = News(rows=rows, rows_total=rows_total, percent=whole, stage=stage)
        self.check()

    def check(self) -> None:
        """Go on, or raise.

        Raises:
            JobStopped: It must end.
        """
        if self.reason is not None:
            raise JobStopped(SAID[self.reason])

    def stop(self, reason: Reason) -> None:
        """Have it end; the first reason counts."""
        self.reason = self.reason or reason


class Hands:
    """What this worker works at."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._works: dict[str, RunningWork] = {}
        self.is_closed = False

    @contextmanager
    def holding(self, work: RunningWork) -> Iterator[None]:
        """Have the work in hand for the time of the block."""
        with self._lock:
            self._works[work.id] = work
            if self.is_closed:
                work.stop("shutdown")
        try:
            yield
        finally:
            with self._lock:
                if self._works.get(work.id) is work:
                    del self._works[work.id]
                self._lock.notify_all()

    def works(self) -> list[RunningWork]:
        """Return what is in hand now."""
        with self._lock:
            return list(self._works.values())

    def close(self) -> None:
        """Take nothing more, and have what is in hand end."""
        with self._lock:
            self.is_closed = True
            for work in self._works.values():
                work.stop("shutdown")

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is in hand; tell whether that is so."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._works, seconds)
