"""What was seen in a file, for people to judge the guesses by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from entrepot.feeds.reading.plan import Plan

Looks = Literal[
    "empty",
    "text",
    "money",
    "number",
    "integer",
    "boolean",
    "day",
    "url",
    "gtin",
    "status",
    "path",
    "json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A format that the file could be.

    Attributes:
        likelihood: 0 to 1.
    """

    name: str
    label: str
    likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSeen:
    """A column of the file.

    Attributes:
        samples: At most five different values.
        looks: What its values look like.
        filled: How many of the rows looked at have a value, 0 to 1.
        field: Where it is guessed to go, as in `Mapped`; empty for nowhere.
    """

    name: str
    samples: tuple[str, ...]
    looks: Looks
    filled: float
    field: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A file, and the plan to read it by.

    Attributes:
        candidates: The formats it could be, the likeliest first.
        columns: In the file's order.
        plan: The guessed one, ready to be used where `needs` is empty.
        remarks: What people should know, such as a guessed encoding.
        needs: What is missing before it can be imported, in sentences.
        rows_looked_at: How many the guesses are from.
        has_more_rows: There are more than were looked at.
        size_bytes: Of the file.
    """

    format: str
    label: str
    candidates: tuple[Candidate, ...]
    columns: tuple[ColumnSeen, ...]
    plan: Plan
    remarks: tuple[str, ...]
    needs: tuple[str, ...]
    rows_looked_at: int
    has_more_rows: bool
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A field that a column may go to.

    Attributes:
        kind: As in `entrepot.catalogue` fields; `path` for the category's names.
    """

    name: str
    kind: str
    is_required: bool
