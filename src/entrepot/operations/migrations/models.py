"""The table that tells which migrations were applied, and taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.entities import No
from entrepot.base.store import Model, UtcDateTime


class MigrationHistory(Model):
    """One application of a migration; a new row where it is applied again.

    The table outlives the migration that made it: what was taken back is told too.
    """

    __tablename__ = "migration_history"
    __table_args__ = (
        Index(
            "uq_migration_history_version",
            "version",
            unique=True,
            sqlite_where=text("is_rolled_back = 0"),
            postgresql_where=text("NOT is_rolled_back"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[str | None] = mapped_column(String(100))
    rollback_sql: Mapped[str | None] = mapped_column(Text)
    is_rolled_back: Mapped[No]
    rolled_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rolled_back_by: Mapped[str | None] = mapped_column(String(100))
    checksum: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int | None]
