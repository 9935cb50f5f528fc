"""The table of categories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from entrepot.base.entities import Count, Timestamps, Yes, check_text, json_object
from entrepot.base.store import Model, UtcDateTime

PATH_CHARACTERS = 500
PATH = String(PATH_CHARACTERS).with_variant(
    String(PATH_CHARACTERS, collation="C"), "postgresql"
)
"""Compared byte by byte, so that what begins with a path is one range of the index."""


class Category(Timestamps, Model):
    """A kind of product; `path` holds the ids from the root to itself, as `/1/3/4/`.

    `parent_id`, `level`, `path` and `slug` are written by `catalogue.tree.categories`.
    """

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("level >= 0", name="level"),
        CheckConstraint("parent_id <> id", name="parent_id"),
        Index("ix_categories_parent_id_level", "parent_id", "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    slug: Mapped[str] = mapped_column(String(255), unique=True)
    description: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("categories.id", ondelete="RESTRICT"), index=True
    )
    level: Mapped[Count]
    path: Mapped[str | None] = mapped_column(PATH, index=True)
    sort_order: Mapped[Count]
    is_active: Mapped[Yes]
    shopify_collection_id: Mapped[str | None] = mapped_column(String(50), index=True)
    shopify_handle: Mapped[str | None] = mapped_column(String(255))
    shopify_synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    meta_data: Mapped[dict[str, Any] | None] = mapped_column(json_object())

    parent: Mapped[Category | None] = relationship(
        remote_side=id, back_populates="children"
    )
    children: Mapped[list[Category]] = relationship(
        back_populates="parent", passive_deletes="all"
    )

    @validates("name", "slug")
    def _text(self, key: str, value: object) -> str:
        return check_text(key, value, at_most=255)
