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
class LogFound(Event):
    """The log can be written again.

    Attributes:
        dropped: Lines of this process that are gone for good.
        seconds: How long it could not.
    """

    level: ClassVar[Level] = "warning"

    dropped: int
    seconds: float
