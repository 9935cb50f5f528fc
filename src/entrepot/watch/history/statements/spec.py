"""What is told of a statement's shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Sort = Literal["total", "mean", "max", "times"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementUse:
    """Statements of one shape in a time.

    Attributes:
        connection: Empty for our own database.
        id: Of the shape; empty where the database itself tells of it.
        sql: Without values.
        rows: None where nobody counted them.
        last_at: None where nobody knows.
        plan: How the database last said that it would run one of them, a step a line.
    """

    connection: str
    id: str
    sql: str
    times: int
    failed: int
    rows: int | None
    total_ms: float
    mean_ms: float
    max_ms: float | None
    last_at: datetime | None = None
    plan: str | None = None
    planned_at: datetime | None = None
