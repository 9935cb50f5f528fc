"""Values of the console: what is wanted of a statement, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["waiting", "running", "completed", "failed", "stopped"]
Kind = Literal["read", "write", "preview", "plan"]
Scalar = str | int | float | bool | None
Params = Sequence[Scalar] | Mapping[str, Scalar]

LIVE: tuple[State, ...] = ("waiting", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A statement that somebody wants to run.

    Attributes:
        connection: Empty for the only one there is.
        schema: Whose names are told when one is misspelt; empty for the usual one.
        params: In the order of the places, or by name for places like `:name`.
        max_rows: None for the usual number.
        seconds: Time limit; None for the most that the role may take.
        query_id: The saved query it comes from.
    """

    sql: str
    connection: str = ""
    schema: str = ""
    params: Params = ()
    max_rows: int | None = None
    seconds: float | None = None
    query_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """A column of a result.

    Attributes:
        type: The database's own word where it has one.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Where the time went, in milliseconds.

    Attributes:
        connect_ms: To find the connection and open its door.
        execute_ms: Until the first rows were there.
        read_ms: Until the last was.
    """

    connect_ms: float
    execute_ms: float
    read_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunError:
    """Why a statement failed.

    Attributes:
        position: Counts characters of the statement from 1; None if nobody knows.
        line, column: The same place, both from 1.
    """

    code: str
    detail: str
    hint: str | None = None
    position: int | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSeen:
    """A statement that runs or ran.

    Attributes:
        query_id: Names this run everywhere.
        sql, params: As they were given.
        saved_query: Id of the saved query it came from.
        rows: In its result; changed ones where it wrote; None while it runs.
        rows_read: So far.
        truncated: There were more rows than were kept.
        seconds: That it took, or so far.
        is_stopping: Somebody wants it to end.
        result_url: Of its rows, while they are kept.
    """

    query_id: str
    state: State
    kind: Kind
    query_type: str
    connection: str
    sql: str
    params: Params
    saved_query: int | None
    created_by: str
    started_at: datetime
    ended_at: datetime | None
    seconds: float
    rows: int | None
    rows_read: int
    truncated: bool
    is_stopping: bool
    stopped_by: str | None
    columns: list[ColumnHead] | None
    warnings: list[str]
    status_url: str
    result_url: str | None
    expires_at: datetime | None
    error: RunError | None
