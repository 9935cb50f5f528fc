"""Tables of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime

_LIVE = text("status IN ('queued', 'running')")


class Export(Model):
    """An export that waits, runs, or has ended; a completed one is a receipt.

    Attributes:
        job_uuid: Of the job that makes it; None where a request or command does.
        request: What was asked for, as JSON, nothing secret; None for a command's.
        request_sha256: Of the request; of one person only one such runs at a time.
        source_mark: Changes whenever the source may have; None where nobody can tell.
        expires_at: Its file is kept until then.
        files: The parts of an archive: name, rows, size, hash, and where they begin.
        measures: Seconds, bytes and rows a second of the steps, as they were measured.
    """

    __tablename__ = "exports_export"
    __table_args__ = (
        Index(
            "ix_exports_export_live",
            "request_sha256",
            "created_by",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

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
    job_uuid: Mapped[str | None] = mapped_column(String(36), index=True)
    request: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_sha256: Mapped[str | None] = mapped_column(String(64))
    source_mark: Mapped[str | None] = mapped_column(String(200))
    template: Mapped[str | None] = mapped_column(String(200))
    template_version: Mapped[int | None]
    schedule_name: Mapped[str | None] = mapped_column(String(100), index=True)
    attempt_count: Mapped[int] = mapped_column(default=1, server_default="1")
    expected_rows: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    files: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    warnings: Mapped[list[str] | None] = mapped_column(JSON)
    measures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error_detail: Mapped[str | None] = mapped_column(Text)


class Template(Model):
    """A template people made; its text is in its versions."""

    __tablename__ = "exports_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    version: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TemplateVersion(Model):
    """One state of a template, as it was written; `syntax` is `toml` or `json`."""

    __tablename__ = "exports_template_version"
    __table_args__ = (UniqueConstraint("template_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(
        ForeignKey("exports_template.id", ondelete="CASCADE")
    )
    version: Mapped[int]
    syntax: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
