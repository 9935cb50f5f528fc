"""Tables of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime


class Run(Model):
    """A statement that runs or ran: the history, and what other processes may see.

    Attributes:
        state: `waiting`, `running`, `completed`, `failed` or `stopped`.
        kind: `read`, `write`, `preview` or `plan`.
        query_type: The statement's first word that counts, e.g. `SELECT`.
        params: The bound values, as JSON; a list, or by name.
        query_id: Of the saved query it came from.
        rows: That the run's result holds; changed ones where it wrote.
        rows_read: So far, while it runs.
        is_watched: A page polls for it, and it ends when nobody does.
        polled_at: When it was last asked for.
        beat_at: The process that runs it was alive then.
        stopped_by: Who wants it to end; whoever runs it looks twice a second.
        columns: Name and type of each.
        has_result: Its rows are kept, until `expires_at`.
        error: The code; `error_position` counts characters of `sql` from 1.
    """

    __tablename__ = "console_run"
    __table_args__ = (
        Index("ix_console_run_created_by_started_at", "created_by", "started_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="read")
    query_type: Mapped[str] = mapped_column(String(20), default="")
    connection: Mapped[str] = mapped_column(String(100), index=True)
    sql: Mapped[str] = mapped_column(Text)
    params: Mapped[Any] = mapped_column(JSON)
    query_id: Mapped[int | None] = mapped_column(index=True)
    created_by: Mapped[str] = mapped_column(String(320))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None]
    rows: Mapped[int | None] = mapped_column(BigInteger)
    rows_read: Mapped[int] = mapped_column(BigInteger, default=0)
    result_bytes: Mapped[int | None] = mapped_column(BigInteger)
    is_truncated: Mapped[bool] = mapped_column(default=False)
    is_watched: Mapped[bool] = mapped_column(default=False)
    polled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_by: Mapped[str | None] = mapped_column(String(320))
    columns: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    has_result: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(100))
    error_detail: Mapped[str | None] = mapped_column(Text)
    error_hint: Mapped[str | None] = mapped_column(Text)
    error_position: Mapped[int | None]
    trace_id: Mapped[str | None] = mapped_column(String(64))


class Query(Model):
    """A saved query; what it says stands in its versions.

    Runs, links and schedules name it by its id, which no later one gets.

    Attributes:
        is_shared: Everybody who may use the console sees and runs it.
        version: The newest.
    """

    __tablename__ = "console_query"
    __table_args__ = (
        UniqueConstraint("created_by", "name"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    description: Mapped[str] = mapped_column(String(2_000), default="")
    connection: Mapped[str] = mapped_column(String(100))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_shared: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QueryVersion(Model):
    """What a saved query said from one change to the next.

    Attributes:
        parameters: Name, type, label, default and choices of each.
        tables: `schema.table` of those it reads, as far as the text tells.
    """

    __tablename__ = "console_query_version"
    __table_args__ = (UniqueConstraint("query_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    query_id: Mapped[int] = mapped_column(index=True)
    version: Mapped[int]
    sql: Mapped[str] = mapped_column(Text)
    parameters: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tables: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Link(Model):
    """The exact state of a console tab, for whoever has its address and may read it.

    Attributes:
        id: 22 characters that nobody guesses.
        state: Connection, SQL, values, row limit, and which view was open.
        query_id: Of the saved query that it shows.
    """

    __tablename__ = "console_link"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    query_id: Mapped[int | None] = mapped_column(index=True)
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
