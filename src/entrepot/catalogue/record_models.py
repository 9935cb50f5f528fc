"""The tables beside a product: its ready document, its versions, what people hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.entities import one_of
from entrepot.base.store import Model, UtcDateTime
from entrepot.catalogue.words import CHANGE_KINDS


class Document(Model):
    """A product as JSON, made when it was last written; reads send it as it is."""

    __tablename__ = "catalogue_document"
    __table_args__ = (
        CheckConstraint("quality BETWEEN 0 AND 100", name="quality"),
        Index("ix_catalogue_document_quality", "quality"),
    )

    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[str] = mapped_column(Text)
    quality: Mapped[int]
    has_image: Mapped[bool]


class Version(Model):
    """One change of a product; `before` holds the old values of the fields it changed.

    The newest change gives what is in the product now; walking back through `before`
    gives any older state. A deletion's `before` is the whole product. Rows outlive
    their product, so its id is never given again.
    """

    __tablename__ = "catalogue_version"
    __table_args__ = (
        one_of("kind", CHANGE_KINDS),
        Index("ix_catalogue_version_import_id", "import_id"),
        Index("ix_catalogue_version_changed_at", "changed_at"),
    )

    product_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(320))
    import_id: Mapped[str | None] = mapped_column(String(36))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Override(Model):
    """A field that a person set by hand, and that no feed writes."""

    __tablename__ = "catalogue_override"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(String(100), primary_key=True)
    set_by: Mapped[str] = mapped_column(String(320))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class State(Model):
    """The catalogue's version row: one number that every write raises."""

    __tablename__ = "catalogue_state"
    __table_args__ = (CheckConstraint("id = 1", name="id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(BigInteger)
