"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from entrepot.base.events import Event, Level
from entrepot.connections.spec import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionAdded(Event):
    """Somebody registered a database."""

    audited: ClassVar[bool] = True
    name: str
    dialect: str
    shown_url: str
    allow_unsafe_role: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRemoved(Event):
    """Somebody removed a registered database; the database itself is untouched."""

    audited: ClassVar[bool] = True
    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTested(Event):
    """Somebody connected anew to a registered database, to see whether it answers.

    Attributes:
        error: Why it did not let us in; empty where it did.
    """

    audited: ClassVar[bool] = True
    name: str
    error: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSelfTested(Event):
    """Somebody tried hostile statements on a registered database.

    Attributes:
        tried: Statements.
        failed: Those that the wall should have stopped, or should have let through.
        error: Why it could not be tried to its end; empty where it could.
    """

    audited: ClassVar[bool] = True
    name: str
    tried: int = 0
    failed: int = 0
    error: str = ""
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRead(Event):
    """A statement was read on a registered database, or failed there.

    Attributes:
        statement: With its values, so no fact of it.
        schema, table: Where the statement reads one table; else empty.
        rows: That came out, until somebody had enough.
        seconds: In the database: not what whoever reads does between two batches.
        code: Of the error; empty where there was none.
    """

    level: ClassVar[Level] = "debug"

    connection: str
    dialect: str
    statement: Statement = field(repr=False)
    schema: str
    table: str
    rows: int
    seconds: float
    code: str = ""

    def facts(self) -> dict[str, object]:
        """Return its fields by name, without the statement."""
        # Without arguments `super()` would look for the class before its slots came.
        facts = Event.facts(self)
        del facts["statement"]
        return facts
