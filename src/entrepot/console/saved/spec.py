"""Values of saved queries: what is wanted of one, and what people see of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.console.spec import Scalar

Type = Literal[
    "text", "integer", "number", "decimal", "boolean", "date", "datetime", "choice",
]  # fmt: skip
Tag = Annotated[str, Meta(min_length=1, max_length=50)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value that is asked for when the query runs.

    Attributes:
        name: As its place in the SQL has it, `:name`.
        label: What people read; the name if empty.
        default: None where a value must be given, unless it is not `required`.
        choices: Of a `choice`: nothing else is taken.
        required: Without a value the query does not run; else the value is NULL.
    """

    name: Annotated[str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
    type: Type = "text"
    label: Annotated[str, Meta(max_length=200)] = ""
    default: Scalar = None
    choices: Annotated[list[Scalar], Meta(max_length=1_000)] = field(
        default_factory=list
    )
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryWanted:
    """A query to be kept.

    Attributes:
        parameters: None takes them from the SQL: each `:name` as text.
        note: What is new in this version.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    connection: Annotated[str, Meta(min_length=1, max_length=100)]
    sql: Annotated[str, Meta(min_length=1)]
    description: Annotated[str, Meta(max_length=2_000)] = ""
    tags: Annotated[list[Tag], Meta(max_length=20)] = field(default_factory=list)
    parameters: Annotated[list[Parameter], Meta(max_length=100)] | None = None
    is_shared: bool = False
    note: Annotated[str, Meta(max_length=500)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryChange:
    """What is to be different; what is None stays.

    Attributes:
        version: The one that was changed; another's newer one is not overwritten.
    """

    version: Annotated[int, Meta(ge=1)] | None = None
    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    connection: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    sql: Annotated[str, Meta(min_length=1)] | None = None
    description: Annotated[str, Meta(max_length=2_000)] | None = None
    tags: Annotated[list[Tag], Meta(max_length=20)] | None = None
    parameters: Annotated[list[Parameter], Meta(max_length=100)] | None = None
    is_shared: bool | None = None
    note: Annotated[str, Meta(max_length=500)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSeen:
    """What a query said from one change to the next.

    Attributes:
        tables: It reads, as far as its text tells.
    """

    version: int
    sql: str
    parameters: list[Parameter]
    tables: list[str]
    note: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySeen:
    """A saved query with its newest version.

    Attributes:
        is_mine: Whoever asks may change it.
    """

    id: int
    name: str
    description: str
    connection: str
    tags: list[str]
    is_shared: bool
    is_mine: bool
    version: int
    sql: str
    parameters: list[Parameter]
    tables: list[str]
    created_by: str
    created_at: datetime
    updated_at: datetime
