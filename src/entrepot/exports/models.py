"""Tables of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime


class Export(Model):
    """An export that runs, ran or broke; a finished one is a receipt."""

    __tablename__ = "exports_export"

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    title: Mapped[str]
    connection: Mapped[str]
    schema_name: Mapped[str | None]
    table_name: Mapped[str | None]
    sql_sha256: Mapped[str]
    format: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_name: Mapped[str]
    rows: Mapped[int | None] = mapped_column(BigInteger)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(index=True)
    cells_cut: Mapped[int | None] = mapped_column(BigInteger)
    parts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seconds: Mapped[float | None]
    created_by: Mapped[str] = mapped_column(default="")
    error: Mapped[str | None]
