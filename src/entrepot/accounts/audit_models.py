"""The table of the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime

EVENT_CHARACTERS = 100
NAME_CHARACTERS = 255
ADDRESS_CHARACTERS = 64
REQUEST_CHARACTERS = 128


class AuditRecord(Model):
    """One act of somebody; rows are added and never changed, the database sees to it.

    `mac` is over everything else in the row, `previous_mac` included.
    """

    __tablename__ = "accounts_audit"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    event: Mapped[str] = mapped_column(String(EVENT_CHARACTERS), index=True)
    actor_name: Mapped[str] = mapped_column(String(NAME_CHARACTERS), index=True)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_user_id: Mapped[int | None]
    actor_address: Mapped[str] = mapped_column(String(ADDRESS_CHARACTERS))
    request_id: Mapped[str] = mapped_column(String(REQUEST_CHARACTERS))
    facts: Mapped[str] = mapped_column(Text)
    previous_mac: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
