"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCleared(Event):
    """Somebody emptied the log.

    Attributes:
        lines: How many went.
    """

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLost(Event):
    """The log cannot be written: lines wait, and go when there are too many.

    Attributes:
        why: What was wrong, in our words.
    """

    level: ClassVar[Level] = "error"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeBroke(Event):
    """A gauge cannot be read; it is left out of the metrics until it can.

    Attributes:
        why: The name of the error; its text may hold an address.
    """

    level: ClassVar[Level] = "warning"

    gauge: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFound(Event):
    """The log can be written again.

    Attributes:
        dropped: Lines of this process that are gone for good.
        seconds: How long it could not.
    """

    level: ClassVar[Level] = "warning"

    dropped: int
    seconds: float

    def sentence(self) -> str:
        """Return what people read of it."""
        return f"The log can be written again: {self.dropped} lines were lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSkipped(Event):
    """Lines were lost: more came than could be written, or they cannot be kept.

    Attributes:
        dropped: How many.
    """

    level: ClassVar[Level] = "warning"

    dropped: int

    def sentence(self) -> str:
        """Return what people read of it."""
        return f"{self.dropped} lines were lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKept(Event):
    """The log's file was copied, and the copy looked through."""

    file: str
    size_bytes: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReplaced(Event):
    """The log's file was damaged, or no database: it was set aside for a new one.

    Attributes:
        aside: Where it is now.
        why: What SQLite said of it.
    """

    level: ClassVar[Level] = "error"

    aside: str
    why: str
