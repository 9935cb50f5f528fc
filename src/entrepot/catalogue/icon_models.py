"""The table of icons."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from entrepot.accounts import User
from entrepot.base.entities import (
    Money,
    Timestamps,
    Yes,
    check_count,
    check_move,
    check_word,
    json_object,
    money,
    one_of,
)
from entrepot.base.store import Model, UtcDateTime
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.words import ICON_MOVES, SYNC_STATUSES

COST_DIGITS, COST_SCALE = 12, 6
"""A picture costs fractions of a cent."""


class Icon(Timestamps, Model):
    """A category's picture, and how it was made; `generation_cost` is in US dollars."""

    __tablename__ = "icons"
    __table_args__ = (
        one_of("status", ICON_MOVES),
        one_of("shopify_sync_status", SYNC_STATUSES),
        CheckConstraint("length(file_hash) = 64", name="file_hash"),
        CheckConstraint(
            "generation_time >= 0 AND generation_cost >= 0", name="generation"
        ),
        Index("ix_icons_category_id_status", "category_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(
        ForeignKey("categories.id", ondelete="CASCADE"), index=True
    )
    filename: Mapped[str] = mapped_column(String(255))
    file_path: Mapped[str] = mapped_column(String(1000))
    file_size: Mapped[int | None]
    file_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    format: Mapped[str | None] = mapped_column(String(10))
    prompt: Mapped[str | None] = mapped_column(Text)
    style: Mapped[str | None] = mapped_column(String(50))
    color: Mapped[str | None] = mapped_column(String(20))
    background: Mapped[str | None] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(
        String(20), default="generating", server_default="generating"
    )
    is_active: Mapped[Yes]
    shopify_image_id: Mapped[str | None] = mapped_column(String(50), index=True)
    shopify_image_url: Mapped[str | None] = mapped_column(String(1000))
    shopify_synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shopify_sync_status: Mapped[str | None] = mapped_column(
        String(20), default="pending", server_default="pending"
    )
    generation_time: Mapped[float | None]
    generation_cost: Mapped[Decimal | None] = mapped_column(
        Money(COST_DIGITS, COST_SCALE)
    )
    generation_batch_id: Mapped[str | None] = mapped_column(String(50), index=True)
    created_by: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    meta_data: Mapped[dict[str, Any] | None] = mapped_column(json_object())

    category: Mapped[Category] = relationship()
    creator: Mapped[User | None] = relationship()

    @validates("status")
    def _move(self, _key: str, value: str) -> str:
        return check_move("an icon", self.status, value, ICON_MOVES)

    @validates("shopify_sync_status")
    def _sync_status(self, key: str, value: object) -> str | None:
        return None if value is None else check_word(key, value, SYNC_STATUSES)

    @validates("width", "height", "file_size")
    def _size(self, key: str, value: object) -> int | None:
        return None if value is None else check_count(key, value)

    @validates("generation_cost")
    def _cost(self, key: str, value: object) -> Decimal | None:
        if value is None:
            return None
        return money(key, value, digits=COST_DIGITS, scale=COST_SCALE)
