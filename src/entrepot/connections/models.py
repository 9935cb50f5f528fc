"""Tables of this room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime


class Connection(Model):
    """A database that somebody registered; the password is encrypted and apart."""

    __tablename__ = "connections_connection"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    dialect: Mapped[str]
    url: Mapped[str]
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    description: Mapped[str] = mapped_column(default="")
    allow_unsafe_role: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(default="")
