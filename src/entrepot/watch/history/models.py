"""Tables of history: rollups of metrics, usage, and statements by their shape."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from entrepot.base.store import Model, UtcDateTime


class MetricSource(Model):
    """A group of processes that count together, and what it had counted last.

    Attributes:
        name: The host, and where its processes count.
        generation: Of what they count; with another one all begins at zero.
        at: When that was written last, in seconds since 1970.
        rows: The numbers of then, as compressed JSON.
    """

    __tablename__ = "watch_metric_source"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    generation: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[float] = mapped_column(Double, default=0.0)
    rows: Mapped[bytes | None] = mapped_column(LargeBinary)


class MetricSeries(Model):
    """A metric with one set of labels, as JSON in the metric's order."""

    __tablename__ = "watch_metric_series"
    __table_args__ = (UniqueConstraint("name", "labels"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    labels: Mapped[str] = mapped_column(String(1000))


class MetricRollup(Model):
    """What a series did in one minute, hour or day.

    Attributes:
        step: Its length in seconds.
        at: When it begins, in seconds since 1970.
        count: What was counted; of a gauge how often it was read.
        total: Of what was measured or read; None of a mere counter.
        bins: Of a histogram, upper bound and count where there is one, as JSON.
    """

    __tablename__ = "watch_metric_rollup"
    __table_args__ = (
        Index("ix_watch_metric_rollup_step_at", "step", "at"),
        {"sqlite_with_rowid": False},
    )

    step: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    series_id: Mapped[int] = mapped_column(
        ForeignKey("watch_metric_series.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(
        ForeignKey("watch_metric_source.id", ondelete="CASCADE"), primary_key=True
    )
    count: Mapped[float] = mapped_column(Double)
    total: Mapped[float | None] = mapped_column(Double)
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
    bins: Mapped[str | None] = mapped_column(Text)


class UsageHour(Model):
    """How somebody used a thing in one hour; the rest of them is `other`."""

    __tablename__ = "watch_usage"
    __table_args__ = (
        Index("ix_watch_usage_at", "at"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    who: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    times: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    total_ms: Mapped[float] = mapped_column(Double)
    max_ms: Mapped[float] = mapped_column(Double)
    last_at: Mapped[float] = mapped_column(Double)


class StatementDay(Model):
    """How statements of one shape did on one day, on one connection.

    Attributes:
        connection: Empty for our own database.
        shape: Hash of the connection's kind and the text without values.
        at: The day's beginning, in seconds since 1970.
        rows: None where nobody counted them.
    """

    __tablename__ = "watch_statement"
    __table_args__ = (
        Index("ix_watch_statement_at", "at"),
        {"sqlite_with_rowid": False},
    )

    connection: Mapped[str] = mapped_column(String(100), primary_key=True)
    shape: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    times: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    total_ms: Mapped[float] = mapped_column(Double)
    max_ms: Mapped[float] = mapped_column(Double)
    last_at: Mapped[float] = mapped_column(Double)


class StatementShape(Model):
    """The text of a shape without its values, and its last plan."""

    __tablename__ = "watch_statement_shape"

    shape: Mapped[str] = mapped_column(String(32), primary_key=True)
    sql: Mapped[str] = mapped_column(Text)
    plan: Mapped[str | None] = mapped_column(Text)
    planned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LogFollower(Model):
    """How far into a log's file the durable log has read it."""

    __tablename__ = "watch_log_follower"

    source: Mapped[str] = mapped_column(String(200), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger)
