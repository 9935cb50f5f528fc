"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event


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
