"""The table of what was seen of our own database's health."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime


class Sample(Model):
    """How our own database was for one process at one time.

    `most_checked_out` and the counts are since the process's sample before.
    """

    __tablename__ = "operations_sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    process: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20))
    response_ms: Mapped[float | None]
    pool_size: Mapped[int]
    most_checked_out: Mapped[int]
    overflow: Mapped[int]
    pool_limit: Mapped[int]
    statements: Mapped[int]
    slow: Mapped[int]
    failed: Mapped[int]
    retries: Mapped[int]
