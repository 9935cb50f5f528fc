"""Tables of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from entrepot.accounts import User
from entrepot.base.entities import (
    NOW,
    Count,
    Timestamps,
    check_count,
    check_move,
    check_text,
    json_list,
    json_object,
    one_of,
)
from entrepot.base.store import Model, UtcDateTime
from entrepot.base.times import now
from entrepot.feeds.states import MOVES
from entrepot.jobs import Job


class SyncHistory(Timestamps, Model):
    """One synchronisation: what it read, what became of each item, what went wrong.

    An item is processed when it was successful, failed or skipped: the counts agree.
    """

    __tablename__ = "sync_history"
    __table_args__ = (
        one_of("status", MOVES),
        CheckConstraint(
            "items_processed = items_successful + items_failed + items_skipped",
            name="items",
        ),
        CheckConstraint(
            "total_items >= 0 AND items_successful >= 0 AND items_failed >= 0 "
            "AND items_skipped >= 0 AND products_synced >= 0 "
            "AND categories_synced >= 0 AND icons_synced >= 0",
            name="counts",
        ),
        Index("ix_sync_history_sync_type_status", "sync_type", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sync_type: Mapped[str] = mapped_column(String(50), index=True)
    sync_source: Mapped[str | None] = mapped_column(String(50))
    sync_target: Mapped[str | None] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(
        String(20), default="pending", server_default="pending", index=True
    )
    started_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, server_default=NOW, index=True
    )
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration: Mapped[int | None]
    total_items: Mapped[Count]
    items_processed: Mapped[Count]
    items_successful: Mapped[Count]
    items_failed: Mapped[Count]
    items_skipped: Mapped[Count]
    products_synced: Mapped[Count]
    categories_synced: Mapped[Count]
    icons_synced: Mapped[Count]
    message: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    warnings: Mapped[list[dict[str, Any]] | None] = mapped_column(json_list())
    errors: Mapped[list[dict[str, Any]] | None] = mapped_column(json_list())
    input_files: Mapped[list[str] | None] = mapped_column(json_list())
    output_files: Mapped[list[str] | None] = mapped_column(json_list())
    log_file_path: Mapped[str | None] = mapped_column(String(1000))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    job_id: Mapped[int | None] = mapped_column(
        ForeignKey("jobs.id", ondelete="SET NULL"), index=True
    )
    meta_data: Mapped[dict[str, Any] | None] = mapped_column(json_object())

    user: Mapped[User | None] = relationship()
    job: Mapped[Job | None] = relationship()

    @validates("sync_type")
    def _type(self, key: str, value: object) -> str:
        return check_text(key, value, at_most=50)

    @validates("status")
    def _move(self, _key: str, value: str) -> str:
        return check_move("a synchronisation", self.status, value, MOVES)

    @validates(
        "total_items",
        "items_processed",
        "items_successful",
        "items_failed",
        "items_skipped",
        "products_synced",
        "categories_synced",
        "icons_synced",
    )
    def _count(self, key: str, value: object) -> int:
        return check_count(key, value)
