"""Tables of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from entrepot.accounts import User
from entrepot.base.entities import (
    Count,
    No,
    Timestamps,
    check_count,
    check_move,
    check_text,
    json_object,
    one_of,
)
from entrepot.base.errors import IllegalMove
from entrepot.base.redaction import clean_json_object
from entrepot.base.store import Model, UtcDateTime
from entrepot.jobs.states import MOVES, cut_log, cut_message

TRACEPARENT = "traceparent"
"""Under this name a job's `meta_data` tells which step asked for it."""


class Job(Timestamps, Model):
    """A piece of background work, and how far it is.

    `status` moves only as `states.MOVES` says, and `progress` never goes back while
    the job runs; what names a secret is stored as `***`.

    Attributes:
        script_name: The kind of work, e.g. `exports.run`.
        queue: Jobs of one queue share its places.
        subject: What it is about, `<noun>:<id>`, e.g. `export:7f3c…`.
        requested_by: As records name people, keys and schedules.
        idempotency_key: Only one job of a kind has it.
        not_before_at: It waits until then.
        attempt_count: Times it began.
        crash_count: Attempts that ended with their worker.
        dead_at: Since when nobody tries again because it kills its workers.
        dispatch_count: Times it was handed to the workers' queues.
        dispatched_at: Since when it is in one of them; None while it is in none.
        pause_count: Times it waited for something that was away.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("status", MOVES),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("retry_count >= 0 AND max_retries >= 0", name="retries"),
        Index("ix_jobs_user_id_status", "user_id", "status"),
        Index("ix_jobs_created_at", "created_at"),
        Index(
            "ix_jobs_idempotency_key_script_name",
            "idempotency_key",
            "script_name",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_uuid: Mapped[str] = mapped_column(
        String(36), unique=True, default=lambda: str(uuid4())
    )
    script_name: Mapped[str] = mapped_column(String(200), index=True)
    display_name: Mapped[str | None] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(
        String(20), default="pending", server_default="pending", index=True
    )
    progress: Mapped[Count]
    current_stage: Mapped[str | None] = mapped_column(String(255))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    estimated_duration: Mapped[int | None]
    actual_duration: Mapped[int | None]
    parameters: Mapped[dict[str, Any] | None] = mapped_column(clean_json_object())
    options: Mapped[dict[str, Any] | None] = mapped_column(clean_json_object())
    result: Mapped[dict[str, Any] | None] = mapped_column(clean_json_object())
    error_message: Mapped[str | None] = mapped_column(Text)
    output_log: Mapped[str | None] = mapped_column(Text)
    log_file_path: Mapped[str | None] = mapped_column(String(1000))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    priority: Mapped[Count]
    retry_count: Mapped[Count]
    max_retries: Mapped[int] = mapped_column(default=3, server_default="3")
    meta_data: Mapped[dict[str, Any] | None] = mapped_column(json_object())
    locked_by: Mapped[str | None] = mapped_column(String(200))
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queue: Mapped[str] = mapped_column(
        String(50), default="default", server_default="default"
    )
    subject: Mapped[str | None] = mapped_column(String(200), index=True)
    requested_by: Mapped[str] = mapped_column(
        String(320), default="", server_default=text("''")
    )
    trace_id: Mapped[str] = mapped_column(
        String(32), default="", server_default=text("''")
    )
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    not_before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt_count: Mapped[Count]
    crash_count: Mapped[Count]
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_code: Mapped[str | None] = mapped_column(String(50))
    dispatch_count: Mapped[Count]
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pause_count: Mapped[Count]
    rows_done: Mapped[int | None] = mapped_column(BigInteger)
    rows_total: Mapped[int | None] = mapped_column(BigInteger)

    user: Mapped[User | None] = relationship()

    @validates("script_name")
    def _name(self, _key: str, value: object) -> str:
        return check_text("script_name", value, at_most=200)

    @validates("status")
    def _move(self, _key: str, value: str) -> str:
        return check_move("a job", self.status, value, MOVES)

    @validates("progress")
    def _advance(self, key: str, value: object) -> int:
        progress = check_count(key, value, at_most=100)
        before = self.progress or 0
        if self.status == "running" and progress < before:
            raise IllegalMove(
                f"a running job's progress cannot go back from {before} to {progress}"
            )
        return progress

    @validates("retry_count", "max_retries")
    def _retries(self, key: str, value: object) -> int:
        return check_count(key, value)

    @validates("output_log")
    def _log(self, _key: str, value: str | None) -> str | None:
        return value and cut_log(value)

    @validates("error_message")
    def _message(self, _key: str, value: str | None) -> str | None:
        return value and cut_message(value)


class Schedule(Timestamps, Model):
    """Work that is wanted again and again.

    Attributes:
        kind: Of the jobs it makes.
        cron: Five fields, read in `time_zone` (an IANA name).
        next_at: None while it is paused.
        last_job_uuid: Of the job it made last.
    """

    __tablename__ = "jobs_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(200))
    parameters: Mapped[dict[str, Any] | None] = mapped_column(clean_json_object())
    cron: Mapped[str] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    is_paused: Mapped[No]
    is_shipped: Mapped[No]
    created_by: Mapped[str] = mapped_column(String(320), default="")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_job_uuid: Mapped[str | None] = mapped_column(String(36))


class Worker(Model):
    """A worker and its last sign of life.

    Attributes:
        name: `<host>-<of its home>-<slot>`; the next process in its place has it, too.
    """

    __tablename__ = "jobs_worker"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    process_id: Mapped[int]
    version: Mapped[str] = mapped_column(String(50))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Lease(Model):
    """Something that one worker does for all, until a time."""

    __tablename__ = "jobs_lease"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
