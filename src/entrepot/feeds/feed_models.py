"""The tables of feeds, of their imports, and of the products that each carries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.entities import Entity, Timestamps, Yes, one_of
from entrepot.base.store import Model, UtcDateTime
from entrepot.base.times import now
from entrepot.feeds.states import EMPTIES, IMPORT_MOVES, MISSINGS


class Feed(Timestamps, Model):
    """Products that come again and again from one place; the password is apart.

    Attributes:
        source: Name of the source that fetches it.
        plan: How its file is read; None until somebody looked at one.
        priority: Of two feeds that carry one product, the higher number writes it.
        vanish_percent: More of its products than this may not vanish unasked.
        known: Of the file that was applied last, for its source to ask by.
    """

    __tablename__ = "feeds_feed"
    __table_args__ = (
        one_of("missing", MISSINGS),
        one_of("empty", EMPTIES),
        CheckConstraint("vanish_percent BETWEEN 0 AND 100", name="vanish_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(2000), default="")
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    priority: Mapped[int] = mapped_column(default=100)
    missing: Mapped[str] = mapped_column(String(20), default="keep")
    empty: Mapped[str] = mapped_column(String(20), default="keep")
    vanish_percent: Mapped[int] = mapped_column(default=20)
    is_active: Mapped[Yes]
    known: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_by: Mapped[str] = mapped_column(String(320))


class Import(Entity, Model):
    """One file on its way into the catalogue, and what became of it.

    Attributes:
        generation: The catalogue's when it was previewed.
        changes_sha256: Of the changes that the preview found.
        retry_of: The import whose rejected rows these are.
        job: The one that works on it, or did last.
    """

    __tablename__ = "feeds_import"
    __table_args__ = (
        one_of("state", IMPORT_MOVES),
        one_of("missing", MISSINGS),
        one_of("empty", EMPTIES),
        Index("ix_feeds_import_created_at", "created_at"),
        Index("ix_feeds_import_feed_id", "feed_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    feed_id: Mapped[int | None] = mapped_column(
        ForeignKey("feeds_feed.id", ondelete="SET NULL")
    )
    state: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(2000), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    known: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    missing: Mapped[str] = mapped_column(String(20), default="keep")
    empty: Mapped[str] = mapped_column(String(20), default="keep")
    vanish_percent: Mapped[int] = mapped_column(default=20)
    excluded: Mapped[list[int]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    guard: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    generation: Mapped[int | None] = mapped_column(BigInteger)
    changes_sha256: Mapped[str] = mapped_column(String(64), default="")
    retry_of: Mapped[str | None] = mapped_column(String(36))
    job: Mapped[str] = mapped_column(String(36), default="")
    sync_id: Mapped[int | None] = mapped_column(
        ForeignKey("sync_history.id", ondelete="SET NULL")
    )
    undo_sync_id: Mapped[int | None] = mapped_column(
        ForeignKey("sync_history.id", ondelete="SET NULL")
    )
    error: Mapped[str] = mapped_column(Text, default="")
    error_code: Mapped[str] = mapped_column(String(100), default="")
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by: Mapped[str] = mapped_column(String(320))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    previewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Carried(Model):
    """A product that a feed carries, since an import; until `gone_import_id`."""

    __tablename__ = "feeds_product"
    __table_args__ = (Index("ix_feeds_product_product_id", "product_id"),)

    feed_id: Mapped[int] = mapped_column(
        ForeignKey("feeds_feed.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    import_id: Mapped[str] = mapped_column(String(36))
    gone_import_id: Mapped[str | None] = mapped_column(String(36))
