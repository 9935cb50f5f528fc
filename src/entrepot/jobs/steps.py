"""What happens to a job: it starts, gets on, ends, and is tried again.

The functions change the row they are given; the session's owner commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from entrepot.base.errors import IllegalMove
from entrepot.jobs.models import Job
from entrepot.jobs.states import STUCK_SECONDS


def start(job: Job, *, at: datetime, by: str) -> None:
    """Let a pending job run; `by` is the worker that does it.

    Raises:
        IllegalMove: The job is not pending.
    """
    _move(job, "running")
    job.started_at = job.heartbeat_at = at
    job.locked_by = by
    job.attempt_count += 1
    job.error_message = job.error_code = None


def advance(
    job: Job, *, at: datetime, progress: int, stage: str | None = None, output: str = ""
) -> None:
    """Tell how far a running job is, which also is a sign of life.

    Raises:
        IllegalMove: The job does not run, or the progress goes back.
        InvalidValue: The progress is not from 0 to 100.
    """
    if job.status != "running":
        raise IllegalMove(f"a job that is {job.status} makes no progress")
    job.progress = progress
    job.heartbeat_at = at
    if stage is not None:
        job.current_stage = stage[:255]
    if output:
        job.output_log = (job.output_log or "") + output


def complete(job: Job, *, at: datetime, result: dict[str, Any] | None = None) -> None:
    """End a running job well.

    Raises:
        IllegalMove: The job does not run.
    """
    _move(job, "completed")
    job.progress = 100
    job.result = result
    _end(job, at)


def fail(job: Job, *, at: datetime, message: str) -> None:
    """End a running job that could not do its work.

    Raises:
        IllegalMove: The job does not run.
    """
    _move(job, "failed")
    job.error_message = message
    _end(job, at)


def cancel(job: Job, *, at: datetime) -> None:
    """End a job that nobody wants any more.

    Raises:
        IllegalMove: The job is over.
    """
    _move(job, "cancelled")
    _end(job, at)


def retry(job: Job) -> None:
    """Let a failed job wait for its next attempt.

    Raises:
        IllegalMove: The job has not failed, or has used up its attempts.
    """
    if job.status != "failed":
        raise IllegalMove(
            f"a job that is {job.status} cannot become pending: only a failed one is "
            "tried again",
            state=job.status,
        )
    if job.retry_count >= job.max_retries:
        raise IllegalMove(
            f"the job was tried again {job.retry_count} times, its limit",
            hint="resume it: that begins to count anew",
            retry_count=job.retry_count,
        )
    _move(job, "pending")
    job.retry_count += 1
    _clear(job)


def resume(job: Job) -> None:
    """Let a job that failed or was cancelled wait again, as if it were new.

    What was counted against it is forgotten: crashes, waits and tries.

    Raises:
        IllegalMove: The job neither failed nor was cancelled.
    """
    if job.status not in ("failed", "cancelled"):
        raise IllegalMove(f"a job that is {job.status} cannot be resumed")
    _move(job, "pending")
    job.retry_count = job.crash_count = 0
    _clear(job)


def give_back(job: Job, *, not_before: datetime | None = None) -> None:
    """Let a running job wait for another attempt, of itself.

    Raises:
        IllegalMove: The job does not run.
    """
    if job.status != "running":
        raise IllegalMove(f"a job that is {job.status} is in nobody's hands")
    _move(job, "pending")
    job.not_before_at = not_before
    pauses = job.pause_count
    _clear(job)
    job.pause_count = pauses


def _clear(job: Job) -> None:
    """Forget what the last attempt left, but not how many there were."""
    job.progress = job.pause_count = 0
    job.started_at = job.completed_at = job.heartbeat_at = job.dispatched_at = None
    job.cancel_requested_at = job.dead_at = job.rows_done = job.rows_total = None
    job.actual_duration = job.current_stage = job.error_message = job.locked_by = None
    job.error_code = job.result = None


def is_stuck(job: Job, *, at: datetime) -> bool:
    """Tell whether a running job gave no sign of life for `STUCK_SECONDS`."""
    seen = job.heartbeat_at or job.started_at or job.created_at
    return job.status == "running" and at - seen > timedelta(seconds=STUCK_SECONDS)


def _move(job: Job, to: str) -> None:
    if job.status == to:
        raise IllegalMove(f"the job is {to} already", state=to)
    job.status = to  # the model refuses what MOVES does not have


def _end(job: Job, at: datetime) -> None:
    job.completed_at = at
    job.locked_by = None
    if job.started_at is not None:
        seconds = (at - job.started_at).total_seconds()
        job.actual_duration = max(0, round(seconds))
