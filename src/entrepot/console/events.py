"""What this room tells its listeners; statements stand in the history, not here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFinished(Event):
    """A statement of the console gave its rows."""

    id: str
    connection: str
    query_type: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFailed(Event):
    """A statement of the console failed.

    Attributes:
        code: Of the error, e.g. `timed-out`.
    """

    level: ClassVar[Level] = "warning"

    id: str
    connection: str
    query_type: str
    code: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryStopped(Event):
    """A statement of the console was ended before it was done.

    Attributes:
        because: `asked`, `unwatched` (nobody waited for it) or `lost` (its process
            ended).
    """

    level: ClassVar[Level] = "warning"

    id: str
    connection: str
    query_type: str
    because: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChangeBegun(Event):
    """An admin began to change data from the console.

    Attributes:
        sql: The statement's beginning, without the values that were bound.
        sql_sha256: Of the statement and its values.
    """

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    id: str
    connection: str
    query_type: str
    sql: str
    sql_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChanged(Event):
    """An admin changed data from the console.

    Attributes:
        table: It writes to; empty where nobody can tell.
        rows: Inserted, changed or deleted; None where the database does not say.
    """

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    id: str
    connection: str
    query_type: str
    table: str
    rows: int | None
    sql_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySaved(Event):
    """A query was saved."""

    audited: ClassVar[bool] = True

    id: int
    name: str
    connection: str
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryChanged(Event):
    """A saved query was changed.

    Attributes:
        changed: Names of what is different.
    """

    audited: ClassVar[bool] = True

    id: int
    name: str
    version: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRemoved(Event):
    """A saved query was removed, with its versions."""

    audited: ClassVar[bool] = True

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Event):
    """Somebody made a link to the state of the console."""

    audited: ClassVar[bool] = True

    id: str
    connection: str
