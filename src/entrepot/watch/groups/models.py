"""The tables of error groups: what is counted of them, and how far the log is read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.entities import Count, Entity, one_of
from entrepot.base.redaction import clean_json_object
from entrepot.base.store import Model, UtcDateTime
from entrepot.watch.groups.spec import STATES

BigCount = BigInteger().with_variant(Integer, "sqlite")


class ErrorGroupRow(Entity, Model):
    """Errors of one cause.

    Attributes:
        key: The fingerprint's beginning, as addresses have it.
        normal: The message that stays the same for all of them.
        frames: Calls of our own, the newest last.
        stack_trace, facts, line_id, request_id, trace_id: Of the newest one.
        people: Names of people it touched, so far as they were counted.
        muted_until_count: It is muted until so many were counted.
        reopened_count: How often it came again after it was resolved.
        changed_by: Who chose the state it is in; empty for nobody.
    """

    __tablename__ = "watch_error_group"
    __table_args__ = (
        one_of("state", STATES),
        Index("ix_watch_error_group_state_last_seen_at", "state", "last_seen_at"),
        Index("ix_watch_error_group_last_seen_at", "last_seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    normal: Mapped[str] = mapped_column(String(500), default="")
    error_type: Mapped[str] = mapped_column(String(200), default="")
    logger: Mapped[str] = mapped_column(String(200))
    route: Mapped[str] = mapped_column(String(500), default="")
    frames: Mapped[list[str]] = mapped_column(JSON, default=list)
    stack_trace: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(clean_json_object())
    state: Mapped[str] = mapped_column(String(20), default="open")
    count: Mapped[int] = mapped_column(BigInteger, default=0)
    people: Mapped[Count]
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_release: Mapped[str] = mapped_column(String(50), default="")
    last_release: Mapped[str] = mapped_column(String(50), default="")
    line_id: Mapped[int | None] = mapped_column(BigInteger)
    request_id: Mapped[str] = mapped_column(String(200), default="")
    trace_id: Mapped[str] = mapped_column(String(32), default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str] = mapped_column(String(320), default="")
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(320), default="")
    muted_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    muted_until_count: Mapped[int | None] = mapped_column(BigInteger)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_release: Mapped[str] = mapped_column(String(50), default="")
    reopened_count: Mapped[Count]


class ErrorHour(Model):
    """How many errors of a group came in an hour, told in hours since the epoch."""

    __tablename__ = "watch_error_hour"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("watch_error_group.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class ErrorTouch(Model):
    """Somebody or something that a group touched; those beyond the limit have no name.

    Attributes:
        kind: `user`, `route` or `release`.
    """

    __tablename__ = "watch_error_touch"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("watch_error_group.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ErrorOccurrence(Entity, Model):
    """One error of a group, and the line of the log that tells of it."""

    __tablename__ = "watch_error_occurrence"
    __table_args__ = (
        Index("ix_watch_error_occurrence_group_id_id", "group_id", "id"),
        Index("ix_watch_error_occurrence_request_id", "request_id"),
        Index("ix_watch_error_occurrence_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigCount, primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("watch_error_group.id", ondelete="CASCADE")
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    message: Mapped[str] = mapped_column(String(500))
    line_id: Mapped[int] = mapped_column(BigInteger)
    request_id: Mapped[str] = mapped_column(String(200), default="")
    trace_id: Mapped[str] = mapped_column(String(32), default="")
    job_id: Mapped[str] = mapped_column(String(200), default="")
    user: Mapped[str] = mapped_column("user_name", String(200), default="")
    route: Mapped[str] = mapped_column(String(200), default="")
    release: Mapped[str] = mapped_column(String(50), default="")


class ErrorCursor(Model):
    """How far a log's file was read for errors; each file has a name of its own."""

    __tablename__ = "watch_error_cursor"

    log: Mapped[str] = mapped_column(String(32), primary_key=True)
    line_id: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
