"""The tables beside the tree: other trees' categories and ours, and what was merged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime


class Mapping(Model):
    """A category of another tree, and which of ours it means.

    `key` is what the other tree calls it by; `path` its names from the root down,
    `folded` what all spellings of that path share. Where nobody has said which of ours
    it is, `category_id` is empty.
    """

    __tablename__ = "catalogue_mapping"
    __table_args__ = (Index("ix_catalogue_mapping_tree_folded", "tree", "folded"),)

    tree: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(String(32))
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("categories.id", ondelete="SET NULL"), index=True
    )
    set_by: Mapped[str | None] = mapped_column(String(320))
    set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Merge(Model):
    """A category that went into another one, and what it was, to take it back."""

    __tablename__ = "catalogue_merge"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    target_id: Mapped[int] = mapped_column(index=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_by: Mapped[str] = mapped_column(String(320))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
