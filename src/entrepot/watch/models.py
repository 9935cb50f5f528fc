"""Tables of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from entrepot.accounts import User
from entrepot.base.entities import NOW, Entity, check_text
from entrepot.base.redaction import clean_json_object
from entrepot.base.store import Model, UtcDateTime
from entrepot.base.times import now
from entrepot.jobs import Job
from entrepot.watch.alerts.models import AlertHistory, AlertRule, Silence
from entrepot.watch.groups.models import (
    ErrorCursor,
    ErrorGroupRow,
    ErrorHour,
    ErrorOccurrence,
    ErrorTouch,
)
from entrepot.watch.history import models as history

__all__ = [
    "AlertHistory",
    "AlertRule",
    "ErrorCursor",
    "ErrorGroupRow",
    "ErrorHour",
    "ErrorOccurrence",
    "ErrorTouch",
    "Silence",
    "SystemLog",
    "history",
]


class SystemLog(Entity, Model):
    """A line of the durable log: what people must be able to look up later."""

    __tablename__ = "system_logs"
    __table_args__ = (Index("ix_system_logs_level_created_at", "level", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(20), index=True)
    message: Mapped[str] = mapped_column(Text)
    logger_name: Mapped[str | None] = mapped_column(String(200))
    module: Mapped[str | None] = mapped_column(String(200), index=True)
    function: Mapped[str | None] = mapped_column(String(200))
    line_number: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    job_id: Mapped[int | None] = mapped_column(
        ForeignKey("jobs.id", ondelete="SET NULL"), index=True
    )
    session_id: Mapped[str | None] = mapped_column(String(100))
    request_id: Mapped[str | None] = mapped_column(String(100), index=True)
    extra_data: Mapped[dict[str, Any] | None] = mapped_column(clean_json_object())
    stack_trace: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, server_default=NOW, index=True
    )

    user: Mapped[User | None] = relationship()
    job: Mapped[Job | None] = relationship()

    @validates("level")
    def _level(self, _key: str, value: object) -> str:
        return check_text("level", value, at_most=20).upper()


class LogSearch(Model):
    """A search of the log that somebody keeps.

    Attributes:
        query: As people write it.
        is_shared: Everybody who may read the log sees it.
    """

    __tablename__ = "watch_search"
    __table_args__ = (
        UniqueConstraint("created_by", "name"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    description: Mapped[str] = mapped_column(String(2_000), default="")
    query: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
