"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseReconnected(Event):
    """Somebody let all connections to our own database be made anew."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    by: str
    pool_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTested(Event):
    """Somebody ran a query of their own on our own database, read-only.

    Attributes:
        sql: Its beginning.
    """

    audited: ClassVar[bool] = True

    sql_sha256: str
    sql: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLost(Event):
    """Our own database does not answer any more."""

    level: ClassVar[Level] = "error"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFound(Event):
    """Our own database answers again."""

    lost_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChanged(Event):
    """Somebody changed a configured value; `***` stands for what is encrypted."""

    audited: ClassVar[bool] = True
    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRemoved(Event):
    """Somebody removed a configured value; `***` stands for what is encrypted."""

    audited: ClassVar[bool] = True
    key: str
    old: str
