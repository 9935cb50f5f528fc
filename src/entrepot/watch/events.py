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


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLost(Event):
    """A part of history cannot be written: what is counted waits.

    Attributes:
        what: Which part.
        why: The name of the error; its text may hold an address.
    """

    level: ClassVar[Level] = "warning"

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFound(Event):
    """A part of history can be written again.

    Attributes:
        seconds: How long it could not.
    """

    what: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroupSeen(Event):
    """An error came that is not like any before.

    Attributes:
        id: Of its group.
        release: Our version in which it came.
    """

    level: ClassVar[Level] = "warning"

    id: str
    title: str
    error_type: str | None
    logger: str
    route: str | None
    release: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReopened(Event):
    """An error that was resolved came again.

    Attributes:
        id: Of its group.
        release: Our version in which it came again.
        times: How often it came again by now.
    """

    level: ClassVar[Level] = "warning"

    id: str
    title: str
    release: str
    resolved_by: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorUnmuted(Event):
    """An error that was muted came as often, or as late, as that was to hold.

    Attributes:
        count: How often it came since it was first seen.
    """

    level: ClassVar[Level] = "warning"

    id: str
    title: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorMarked(Event):
    """Somebody said what is to become of a group of errors.

    Attributes:
        state: `open`, `muted`, `ignored` or `resolved`.
        until: When it is no longer muted; None for no such moment.
        more: After how many more it is no longer muted.
    """

    audited: ClassVar[bool] = True

    id: str
    title: str
    state: str
    was: str
    until: str | None = None
    more: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesLost(Event):
    """Traces cannot be written: they wait, and go when there are too many.

    Attributes:
        why: What was wrong, in our words.
    """

    level: ClassVar[Level] = "error"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesFound(Event):
    """Traces can be written again.

    Attributes:
        dropped: Those of this process that are gone for good.
        seconds: How long they could not.
    """

    level: ClassVar[Level] = "warning"

    dropped: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesSkipped(Event):
    """Traces were lost: more came than could be written.

    Attributes:
        dropped: How many.
    """

    level: ClassVar[Level] = "warning"

    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesReplaced(Event):
    """The traces' file was damaged, or no database: it was set aside for a new one.

    Attributes:
        aside: Where it is now.
        why: What SQLite said of it.
    """

    level: ClassVar[Level] = "error"

    aside: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesUnsent(Event):
    """Traces cannot be sent to the collector; those that are kept here are not touched.

    Attributes:
        why: What was wrong, in our words.
    """

    level: ClassVar[Level] = "warning"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesSent(Event):
    """Traces reach the collector again.

    Attributes:
        dropped: Those of this process that it will never get.
    """

    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSaved(Event):
    """A search of the log was saved."""

    audited: ClassVar[bool] = True

    id: int
    name: str
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchChanged(Event):
    """A saved search of the log was changed.

    Attributes:
        changed: Names of what is different.
    """

    audited: ClassVar[bool] = True

    id: int
    name: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRemoved(Event):
    """A saved search of the log was removed."""

    audited: ClassVar[bool] = True

    id: int
    name: str
