"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportApplied(Event):
    """A file's rows were written to the catalogue.

    Attributes:
        sha256: Of the file.
    """

    audited: ClassVar[bool] = True

    id: str
    feed: str
    file_name: str
    sha256: str
    created: int
    updated: int
    rejected: int
    vanished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone(Event):
    """An import was taken back.

    Attributes:
        conflicts: Fields that had changed since, and stayed unless it was forced.
    """

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    id: str
    deleted: int
    restored: int
    conflicts: int
    is_forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFailed(Event):
    """An import ended before anything was written."""

    level: ClassVar[Level] = "error"

    id: str
    feed: str
    code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAdded(Event):
    """A feed was added; its password is not told."""

    audited: ClassVar[bool] = True

    name: str
    source: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChanged(Event):
    """A feed was changed.

    Attributes:
        changed: Names of what is different.
    """

    audited: ClassVar[bool] = True

    name: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRemoved(Event):
    """A feed was forgotten; its products stay."""

    audited: ClassVar[bool] = True

    name: str
