"""What this room tells its listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStarted(Event):
    """Somebody asked for a file.

    Attributes:
        sql_sha256: Of the statement and its values, as in the receipt.
        sql: The beginning of a statement that a person wrote; empty for a table.
    """

    audited: ClassVar[bool] = True

    id: str
    format: str
    options: Mapping[str, str | int | float | bool]
    title: str
    connection: str
    sql_sha256: str
    sql: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFinished(Event):
    """An export's file is whole and has its name."""

    audited: ClassVar[bool] = True

    id: str
    format: str
    rows: int
    size_bytes: int
    sha256: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsDropped(Event):
    """A scheduled export has far fewer rows than the last time.

    Attributes:
        rows_before: Of the schedule's last completed export.
    """

    level: ClassVar[Level] = "warning"

    id: str
    schedule: str
    rows: int
    rows_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportBroke(Event):
    """An export ended before its last row and left no file."""

    level: ClassVar[Level] = "error"
    audited: ClassVar[bool] = True

    id: str
    format: str
    seconds: float
    code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCancelled(Event):
    """An export was ended by people, or because nobody waits for it any more."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    id: str
    format: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCreated(Event):
    """Somebody made a template."""

    audited: ClassVar[bool] = True

    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanged(Event):
    """Somebody made a new version of a template."""

    audited: ClassVar[bool] = True

    name: str
    version: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDeleted(Event):
    """Somebody removed a template; `version` was its newest."""

    audited: ClassVar[bool] = True

    name: str
    version: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDeleted(Event):
    """Somebody removed the file of an export before its time was over."""

    audited: ClassVar[bool] = True

    id: str
    file_name: str
