"""What rooms say to this one: kinds of jobs, a job that is wanted, one that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from entrepot.base.house import House

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Facts = Mapping[str, object]
"""JSON values by name; nothing secret, since everybody who sees the job sees them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Places that jobs share.

    Attributes:
        at_once: Jobs that run at the same time, over all workers.
        at_once_here: The same in one worker.
    """

    name: str
    summary: str
    at_once: int
    at_once_here: int


class Work(Protocol):
    """A job that runs, as the one who does it sees it.

    Both methods raise `JobStopped` when the job must end: somebody cancelled it, or the
    worker shuts down. Whoever works calls one of them at least twice a second.
    """

    @property
    def id(self) -> str:
        """Return the job's id."""

    @property
    def attempt(self) -> int:
        """Return which attempt this is, from 1."""

    @property
    def parameters(self) -> Facts:
        """Return what was asked for."""

    def advance(
        self,
        *,
        rows: int | None = None,
        rows_total: int | None = None,
        percent: float | None = None,
        stage: str | None = None,
    ) -> None:
        """Tell how far it is; written once a second, however often it is called.

        The percentage follows from the rows where both are known.
        """

    def check(self) -> None:
        """Go on, or raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ended without its work done.

    Attributes:
        state: `failed` or `cancelled`.
        code: The error's, e.g. `timed-out`; `dead-letter` when it kills its workers.
    """

    state: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """One sort of work; a room's `jobs` module puts its kinds into `KINDS`.

    Attributes:
        name: `<room>.<verb>`, e.g. `exports.run`.
        run: Does the work, as often as it takes: an attempt that died is followed by
            another, so whatever it leaves must be whole or not there. Returns facts
            for people. Raises `Unavailable` to be tried again, anything else to fail.
        ended: Called in the transaction that ends a job without its work done, also
            when it never began, with its parameters.
        again: Called in the transaction that lets an ended job wait once more, with
            its parameters; raises where it cannot, and then the job stays ended.
        pauses_seconds: Before each further attempt after `Unavailable`.
    """

    name: str
    summary: str
    run: Callable[[House, Work], Facts | None]
    queue: str = "default"
    pauses_seconds: tuple[float, ...] = (5.0, 30.0, 120.0)
    ended: Callable[[House, Session, Facts, Ending], None] | None = None
    again: Callable[[House, Session, Facts], None] | None = None


KINDS: dict[str, JobKind] = {}
"""What rooms register in their `jobs` module, by name."""

QUEUES: dict[str, Queue] = {
    queue.name: queue
    for queue in (
        Queue(name="default", summary="Short work.", at_once=16, at_once_here=4),
        Queue(name="large", summary="Large exports.", at_once=3, at_once_here=3),
        Queue(name="upkeep", summary="Backups, tidying.", at_once=1, at_once_here=1),
    )
}
"""Every queue, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A job to be done.

    Attributes:
        kind: Name of one in `KINDS`.
        title: What people read, e.g. `Export orders as Excel`.
        subject: What it is about, `<noun>:<id>`.
        key: Only one job of the kind is ever made for it; empty for no such limit.
        queue: Instead of the kind's.
        priority: Lower numbers begin first, from 1.
        not_before: It begins then at the earliest.
    """

    kind: str
    parameters: Facts = field(default_factory=dict)
    title: str = ""
    subject: str = ""
    key: str = ""
    queue: str = ""
    priority: int = 10
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSeen:
    """A job, as people see it.

    Attributes:
        state: `pending`, `running`, `completed`, `failed` or `cancelled`.
        percent: 0 to 100; None while nobody can know.
        rows_per_second, seconds_left: Of a running job, from its own pace.
        is_dead: It killed its worker so often that nobody tries again.
        is_stopping: Somebody cancelled it, and it has not ended yet.
    """

    id: str
    kind: str
    title: str
    subject: str
    state: str
    queue: str
    priority: int
    percent: float | None
    stage: str
    rows: int | None
    rows_total: int | None
    rows_per_second: float | None
    seconds_left: float | None
    attempts: int
    crashes: int
    is_dead: bool
    is_stopping: bool
    error: str
    error_code: str
    result: Facts | None
    by: str
    trace_id: str
    worker: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    heartbeat_at: datetime | None
    not_before_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedSchedule:
    """A schedule that every house has; people may change its time, and pause it.

    Attributes:
        cron: Five fields, read in `time_zone` (an IANA name).
    """

    name: str
    summary: str
    kind: str
    cron: str
    time_zone: str = "UTC"
    parameters: Facts = field(default_factory=dict)
    is_paused: bool = False


SHIPPED: dict[str, ShippedSchedule] = {}
"""What rooms register in their `jobs` module, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that one worker of all does again and again, too often for a job.

    Attributes:
        name: What people read where it fails.
        run: Does it once; after a takeover the one before may still be in it, so what
            it writes must stand that.
        seconds: Between the end of one turn and the next.
    """

    name: str
    run: Callable[[House], object]
    seconds: Callable[[House], float]


DUTIES: dict[str, Duty] = {}
"""What rooms register in their `jobs` module, by name."""
