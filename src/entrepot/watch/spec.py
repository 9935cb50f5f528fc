"""What a line of the log is, going in and coming out, and how lines are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from entrepot.watch.search.tree import Node

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Lowest first."""

ACCESS = "entrepot.access"
"""The logger of the lines that tell of answered requests."""
BROWSER = "entrepot.browser"
"""The logger of what pages report from people's browsers."""


class Entry(NamedTuple):
    """A line on its way in: what the caller knew, nothing rendered or cleaned yet.

    Attributes:
        at: Seconds since the epoch.
        user_id: Of a person with an account.
        actor: Name of whoever acted; empty for nobody in particular.
        trace_id: 32 hex digits; empty where it is the request's own.
        endpoint: With the four after it, of a request that was answered.
        fields: Further facts, of values that JSON has.
    """

    at: float
    level: Level
    logger: str
    message: str
    request_id: str = ""
    trace_id: str = ""
    user_id: int | None = None
    actor: str = ""
    job_id: str = ""
    ip_address: str = ""
    endpoint: str = ""
    method: str = ""
    status_code: int | None = None
    duration_ms: float | None = None
    error_type: str = ""
    stack_trace: str = ""
    fields: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it was kept; what it does not tell is None.

    Attributes:
        timestamp: UTC, ISO 8601 with milliseconds and `Z`.
        fields: Further facts.
    """

    id: int
    timestamp: str
    level: Level
    logger: str
    message: str
    request_id: str | None = None
    trace_id: str | None = None
    user_id: int | None = None
    actor: str | None = None
    job_id: str | None = None
    ip_address: str | None = None
    endpoint: str | None = None
    method: str | None = None
    status_code: int | None = None
    duration_ms: float | None = None
    error_type: str | None = None
    stack_trace: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines; what is empty or None does not narrow.

    Attributes:
        levels: Any of these.
        since, until: The first moment that counts, and the first that does not; UTC.
        q: Words that the message has, each as the beginning of a word of it; words in
            quotes stand there just so.
        logger: It, or one below it: `entrepot` finds `entrepot.access`.
        other_logger, hidden_loggers: Not it, nor one below it; none of these.
        like: Shape that the message has, see `lines.shapes`.
        hidden: Shapes that it has not.
        endpoint: As metrics show it.
        status: `404`, a class such as `5xx`, or `400-499`.
        tree: What else the line must be; see `search`.
    """

    levels: tuple[Level, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    logger: str = ""
    other_logger: str = ""
    hidden_loggers: tuple[str, ...] = ()
    like: str = ""
    hidden: tuple[str, ...] = ()
    request_id: str = ""
    trace_id: str = ""
    job_id: str = ""
    user_id: int | None = None
    endpoint: str = ""
    status: str = ""
    min_duration_ms: float | None = None
    tree: Node | None = None


Order = Literal[
    "-timestamp",
    "timestamp",
    "-duration_ms",
    "duration_ms",
    "-status_code",
    "status_code",
]
"""By what lines are put in order; a minus begins with the highest, or the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines newest first, cut at a limit.

    Attributes:
        older: Number of the line to go on before; None where there are no more.
        newest: Number of the newest line of the store that was looked at, asked for
            or not: what came since has a higher one.
        total: Of all that are wanted; None where counting took too long.
    """

    lines: list[Line]
    older: int | None
    newest: int
    total: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How many lines of each level came in one stretch of time, which begins `at`."""

    at: datetime
    counts: Mapping[Level, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Stretches of equal length, oldest first, without gaps.

    Attributes:
        is_exact: Every wanted line was counted; else the newest only, as many as there
            was time for.
    """

    stretches: list[Stretch]
    step_seconds: float
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long requests took, in milliseconds; None where there were none.

    Percentiles are right to a twentieth: durations are kept in bins.
    """

    count: int
    avg: float | None
    min: float | None
    max: float | None
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The requests of one stretch of time, which begins `at`.

    Attributes:
        requests, failed: Per second; failed ones were answered with 500 or above.
    """

    at: datetime
    requests: float
    failed: float
    times: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTraffic:
    """The requests of one endpoint."""

    endpoint: str
    requests: int
    failed: int
    times: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The requests of a time.

    Attributes:
        seconds: Of its whole minutes, as far as they are over.
        moments: Oldest first, without gaps.
        endpoints: Busiest first.
        statuses: Requests by status code.
    """

    since: datetime
    until: datetime
    seconds: float
    step_seconds: float
    requests: int
    failed: int
    times: Times
    moments: list[Moment]
    endpoints: list[EndpointTraffic]
    statuses: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One gauge over time: what it read, added up over processes, where it was read.

    Attributes:
        points: As many as there are moments in the time asked for, oldest first; None
            where nobody looked.
    """

    name: str
    labels: Mapping[str, str]
    points: list[float | None]
