"""What this room tells of schedules and of workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleMade(Event):
    """Somebody wants work again and again."""

    audited: ClassVar[bool] = True

    name: str
    kind: str
    cron: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanged(Event):
    """A schedule is another now."""

    audited: ClassVar[bool] = True

    name: str
    cron: str
    is_paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleGone(Event):
    """Nobody wants a schedule's work any more."""

    audited: ClassVar[bool] = True

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFired(Event):
    """A schedule's time came.

    Attributes:
        job: Id of the job it made.
        late_seconds: After its time.
    """

    name: str
    job: str
    late_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSkipped(Event):
    """A schedule's time came, and its last job was not over."""

    level: ClassVar[Level] = "warning"

    name: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBroken(Event):
    """A schedule's time came, and its job could not be made."""

    level: ClassVar[Level] = "error"

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStarted(Event):
    """A worker is ready for jobs."""

    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStopped(Event):
    """A worker ended in good order.

    Attributes:
        given_back: Jobs that wait for another worker.
    """

    worker: str
    given_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLost(Event):
    """A worker gave no sign of life; others take over its jobs."""

    level: ClassVar[Level] = "warning"

    worker: str
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTroubled(Event):
    """A worker could not do something of its own, and tries it again.

    Attributes:
        what: What it was about, e.g. `dispatch`.
    """

    level: ClassVar[Level] = "warning"

    what: str
    why: str
