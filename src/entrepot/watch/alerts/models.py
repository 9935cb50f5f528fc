"""The tables of alerts: rules, what they found, and silences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.entities import No, Timestamps, Yes, one_of
from entrepot.base.store import Model, UtcDateTime
from entrepot.base.times import now
from entrepot.watch.alerts.spec import SEVERITIES

STATES = ("pending", "firing", "resolved")
_OPEN = text("state <> 'resolved'")


class AlertRule(Timestamps, Model):
    """Something to be looked at again and again, and who is told.

    Attributes:
        condition: As text, in the form that it is rendered in.
        kind: Name of one in `alerts/kinds/`.
        channels: Names of destinations.
        error: Why it cannot be evaluated; empty where it can.
        value: What it saw last.
    """

    __tablename__ = "alert_rules"
    __table_args__ = (one_of("severity", SEVERITIES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    condition: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(10), default="warning")
    channels: Mapped[list[str]] = mapped_column(JSON, default=list)
    enabled: Mapped[Yes]
    is_shipped: Mapped[No]
    for_seconds: Mapped[int] = mapped_column(default=0)
    cooldown_seconds: Mapped[int] = mapped_column(default=300)
    description: Mapped[str] = mapped_column(String(500), default="")
    error: Mapped[str] = mapped_column(String(500), default="")
    value: Mapped[float | None]
    evaluated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(320), default="")


class AlertHistory(Model):
    """Something a rule found: one row from when it was first seen until it ended.

    Attributes:
        fingerprint: Of the rule and the labels; only one row of each is open.
        state: `pending`, `firing` or `resolved`.
        triggered_at: When it began to fire; of a pending one, when it was first seen.
        held: Why nobody was told.
        notified_at: When somebody was told first.
        told: Names of the destinations that were told.
        retried: How often deliveries that failed were sent again.
    """

    __tablename__ = "alert_history"
    __table_args__ = (
        one_of("state", STATES),
        Index(
            "ix_alert_history_open",
            "fingerprint",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_alert_history_fingerprint", "fingerprint", "triggered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int | None] = mapped_column(
        ForeignKey("alert_rules.id", ondelete="SET NULL"), index=True
    )
    rule_name: Mapped[str] = mapped_column(String(100))
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(64))
    labels: Mapped[dict[str, Any]] = mapped_column(JSON)
    value: Mapped[float | None]
    message: Mapped[str] = mapped_column(Text)
    triggered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held: Mapped[str] = mapped_column(String(200), default="")
    told: Mapped[list[str]] = mapped_column(JSON, default=list)
    retried: Mapped[int] = mapped_column(default=0)
    acknowledged_by: Mapped[str] = mapped_column(String(320), default="")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(500), default="")


class Silence(Model):
    """A time in which nobody is told of alerts that match.

    Attributes:
        matchers: Names and values; `*` stands for anything.
    """

    __tablename__ = "watch_silence"

    id: Mapped[int] = mapped_column(primary_key=True)
    matchers: Mapped[dict[str, Any]] = mapped_column(JSON)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    why: Mapped[str] = mapped_column(String(500))
    created_by: Mapped[str] = mapped_column(String(320), default="")
