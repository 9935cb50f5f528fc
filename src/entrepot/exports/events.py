"""What this room tells `watch`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStarted(Event):
    """Somebody asked for a file."""

    id: str
    format: str
    title: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFinished(Event):
    """An export's file is whole and has its name."""

    id: str
    format: str
    rows: int
    size_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportBroke(Event):
    """An export ended before its last row and left no file."""

    level: ClassVar[Level] = "error"
    id: str
    format: str
    seconds: float
    code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCancelled(Event):
    """An export was ended by people, or because nobody waits for it any more."""

    level: ClassVar[Level] = "warning"
    id: str
    format: str
    seconds: float
