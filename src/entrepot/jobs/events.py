"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSubmitted(Event):
    """Somebody asked for background work."""

    id: str
    kind: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted(Event):
    """A worker began with a job.

    Attributes:
        attempt: Which one, from 1.
        waited_seconds: Since somebody asked for it, or since it was given back.
    """

    id: str
    kind: str
    worker: str
    attempt: int
    waited_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFinished(Event):
    """A job did its work.

    Attributes:
        seconds: Of its last attempt.
    """

    id: str
    kind: str
    attempt: int
    seconds: float
    rows: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailed(Event):
    """A job could not do its work.

    Attributes:
        code: Of the error, e.g. `timed-out`.
    """

    level: ClassVar[Level] = "warning"

    id: str
    kind: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobBroke(Event):
    """A job met a fault of ours."""

    level: ClassVar[Level] = "error"

    id: str
    kind: str
    error: str
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelWanted(Event):
    """Somebody asked for a running job to end."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelled(Event):
    """A job was cancelled."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSentBack(Event):
    """A job waits for another attempt.

    Attributes:
        wait_seconds: It begins after that at the earliest.
    """

    id: str
    kind: str
    why: str
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLost(Event):
    """A job's worker died in its midst."""

    level: ClassVar[Level] = "warning"

    id: str
    kind: str
    worker: str
    crashes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDied(Event):
    """A job killed its worker so often that nobody tries it again."""

    level: ClassVar[Level] = "error"

    id: str
    kind: str
    crashes: int
