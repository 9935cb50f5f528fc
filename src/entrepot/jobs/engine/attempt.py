"""One attempt at a job: take its row, do its work, end its row."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from entrepot.base import spans
from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import Broken, EntrepotError, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.retry import with_db_retry
from entrepot.base.times import now
from entrepot.base.trace_ids import new_trace
from entrepot.jobs import steps
from entrepot.jobs.ending import end_without
from entrepot.jobs.engine.crashes import count_crash
from entrepot.jobs.engine.hands import SAID, Hands, RunningWork
from entrepot.jobs.events import JobBroke, JobFinished, JobSentBack, JobStarted
from entrepot.jobs.models import TRACEPARENT, Job
from entrepot.jobs.service import get_job
from entrepot.jobs.spec import KINDS, Ending, Facts

RETRIES = 6
"""Of a write to our own database; together a bit over half a minute."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes attempts, for one worker."""

    house: House
    hands: Hands
    worker: str

    def make(self, id: str, number: int) -> None:
        """Do the job as its dispatch of this number wants it, if it still does."""
        work = self._take(id, number)
        if work is None:
            return
        with self.hands.holding(work), acting_as(_actor(work)), _traced(work):
            self._do(work)

    def _take(self, id: str, number: int) -> RunningWork | None:
        @with_db_retry(max_retries=RETRIES, base_delay=0.5)
        def take() -> RunningWork | None:
            with self.house.store.session() as session:
                return self._taken(session, id, number)

        return take()

    def _taken(self, session: Session, id: str, number: int) -> RunningWork | None:
        try:
            job = get_job(session, id)
        except NotThere:
            return None  # it was deleted while it waited
        if job.dispatch_count != number:
            return None  # it was given back meanwhile, and dispatched anew
        if job.status == "running" and not count_crash(self.house, session, job):
            return None
        if job.status != "pending":
            return None
        if self.hands.is_closed:
            job.dispatched_at = None  # for another worker
            return None
        return self._started(session, job)

    def _started(self, session: Session, job: Job) -> RunningWork | None:
        at = now()
        kind = KINDS.get(job.script_name)
        waited = at - (job.not_before_at or job.updated_at)
        steps.start(job, at=at, by=self.worker)
        if kind is None:
            said = f"this worker knows no job of kind {job.script_name!r}"
            ending = Ending(state="failed", code="unknown-kind", message=said)
            end_without(self.house, session, job, ending, at=at)
            return None
        emit(
            JobStarted(
                id=job.job_uuid,
                kind=kind.name,
                worker=self.worker,
                attempt=job.attempt_count,
                waited_seconds=max(0.0, waited.total_seconds()),
            )
        )
        return RunningWork(
            id=job.job_uuid,
            kind=kind,
            attempt=job.attempt_count,
            parameters=dict(job.parameters or {}),
            by=job.requested_by,
            user_id=job.user_id,
            trace_id=job.trace_id or new_trace(),
            traceparent=str((job.meta_data or {}).get(TRACEPARENT, "")),
        )

    def _do(self, work: RunningWork) -> None:
        try:
            result = work.kind.run(self.house, work)
        except EntrepotError as error:
            spans.failed(error)
            self._end(work, error=error)
        except Exception as error:  # noqa: BLE001  # the worker goes on, whatever it was
            spans.failed(error)
            if work.reason is None:
                emit(_broke(work, error))
            broken = Broken("the job met a fault of ours; the log tells more")
            self._end(work, error=broken)
        else:
            self._end(work, result=result)

    def _end(
        self,
        work: RunningWork,
        *,
        result: Facts | None = None,
        error: EntrepotError | None = None,
    ) -> None:
        @with_db_retry(max_retries=RETRIES, base_delay=0.5)
        def end() -> None:
            with self.house.store.session() as session:
                job = get_job(session, work.id)
                if (job.status, job.attempt_count) != ("running", work.attempt):
                    return  # another worker has it: we were silent for too long
                _count_rows(job, work)
                if error is None:
                    _complete(job, work, dict(result or {}))
                elif work.reason in ("shutdown", "lost"):
                    give_back(job, SAID[work.reason])
                else:
                    self._fail(session, job, work, error)

        end()

    def _fail(
        self, session: Session, job: Job, work: RunningWork, error: EntrepotError
    ) -> None:
        at = now()
        pauses = work.kind.pauses_seconds
        if work.reason == "cancelled":
            ending = Ending(state="cancelled", code="cancelled", message="Cancelled")
        elif error.retryable and job.pause_count < len(pauses):
            seconds = pauses[job.pause_count]
            steps.give_back(job, not_before=at + timedelta(seconds=seconds))
            job.pause_count += 1
            job.error_message, job.error_code = error.detail, error.code()[:50]
            _tell_back(job, error.detail, seconds)
            return
        else:
            ending = Ending(state="failed", code=error.code(), message=_said(error))
        end_without(self.house, session, job, ending, at=at)


@contextmanager
def _traced(work: RunningWork) -> Iterator[None]:
    """Make an attempt a part of the trace of whoever asked for the job."""
    with spans.part(
        "job", work.kind.name, traceparent=work.traceparent, trace_id=work.trace_id
    ) as part:
        spans.keep(f"job:{work.id}")
        if part is not None:
            part.tell(attempt=work.attempt)
        yield
        if part is not None and work.news.rows is not None:
            part.tell(rows=work.news.rows)


def give_back(job: Job, why: str) -> None:
    """Let a running job begin anew wherever there is a place, at once."""
    steps.give_back(job)
    _tell_back(job, why, 0.0)


def _tell_back(job: Job, why: str, seconds: float) -> None:
    emit(
        JobSentBack(
            id=job.job_uuid, kind=job.script_name, why=why, wait_seconds=seconds
        )
    )


def _complete(job: Job, work: RunningWork, result: dict[str, Any]) -> None:
    at = now()
    began_at: datetime = job.started_at or at
    steps.complete(job, at=at, result=result)
    emit(
        JobFinished(
            id=work.id,
            kind=work.kind.name,
            attempt=work.attempt,
            seconds=(at - began_at).total_seconds(),
            rows=work.news.rows,
        )
    )


def _count_rows(job: Job, work: RunningWork) -> None:
    job.rows_done, job.rows_total = work.news.rows, work.news.rows_total
    job.current_stage = work.news.stage


def _said(error: EntrepotError) -> str:
    return f"{error.detail} ({error.hint})" if error.hint else error.detail


def _broke(work: RunningWork, error: Exception) -> JobBroke:
    return JobBroke(
        id=work.id,
        kind=work.kind.name,
        error=type(error).__name__,
        traceback="".join(traceback.format_exception(error)),
    )


def _actor(work: RunningWork) -> Actor:
    return Actor(
        name=work.by or "system",
        kind="person" if work.user_id is not None else "system",
        user_id=work.user_id,
        trace_id=work.trace_id,
        job_id=work.id,
        endpoint=f"job {work.kind.name}",
    )
