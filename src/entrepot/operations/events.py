"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

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
        outcome: `failed` was refused, wrong, or too slow; what ran until then was read.
    """

    audited: ClassVar[bool] = True

    sql_sha256: str
    sql: str
    rows: int
    outcome: Literal["success", "failed"] = "success"


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
class ConfigurationSaved(Event):
    """The configuration was written to a file, without its secrets."""

    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRemoved(Event):
    """Somebody removed a configured value; `***` stands for what is encrypted."""

    audited: ClassVar[bool] = True
    key: str
    old: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaMigrated(Event):
    """Migrations were applied to our database."""

    audited: ClassVar[bool] = True
    versions: tuple[str, ...]
    by: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackBegan(Event):
    """Somebody begins to take migrations back, newest first."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True
    versions: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRolledBack(Event):
    """Migrations were taken back, newest first."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True
    versions: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade(Event):
    """A backup passed its drill and was kept."""

    audited: ClassVar[bool] = True
    file: str
    size_bytes: int
    sha256: str
    drill: Literal["restored", "decoded"]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRemoved(Event):
    """A backup was removed by somebody, or because newer ones took its place."""

    audited: ClassVar[bool] = True
    file: str
    reason: Literal["asked", "retention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRestored(Event):
    """Our database was replaced by a backup; the one before was kept aside."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True
    rewinds: ClassVar[bool] = True
    file: str
    sha256: str
    kept_aside: str
