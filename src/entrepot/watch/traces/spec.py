"""What was kept of requests, jobs and commands, and how it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

PartKind = Literal["request", "job", "command", "work"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRequests:
    """Which requests; what is empty or None does not narrow.

    Attributes:
        kind: `request`, `job` or `command`; empty for all.
        since, until: The first moment that counts, and the first that does not; UTC.
        endpoint: As metrics show it; `*` at its end stands for anything.
        status: `404`, or a class such as `5xx`.
        is_failed: Only those that failed: answered with 500 or above, or a job or a
            command that ended with an error.
        is_repeating: Only those that sent one statement again and again.
    """

    kind: str = "request"
    since: datetime | None = None
    until: datetime | None = None
    endpoint: str = ""
    method: str = ""
    status: str = ""
    min_duration_ms: float | None = None
    is_failed: bool = False
    is_repeating: bool = False
    request_id: str = ""
    trace_id: str = ""
    job_id: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeen:
    """A request, a job or a command that was kept, without its steps.

    Attributes:
        id: Number of the row; higher is newer.
        name: For people: `GET /api/products`, the kind of the job, or the
            command as it was given.
        kept_for: Why: `sampled`, `slow`, `failed` or `followed` (a job or an export
            came of it); `log` where only the log knows of it.
        spans: How many steps were kept.
        repeated: How often the most frequent statement was sent by one step.
    """

    id: int
    kind: PartKind
    name: str
    timestamp: str
    trace_id: str
    request_id: str | None
    job_id: str | None
    method: str | None
    endpoint: str | None
    path: str | None
    status: int | None
    error: str | None
    duration_ms: float
    user_id: int | None
    actor: str | None
    ip_address: str | None
    kept_for: str
    spans: int
    statements: int
    statement_ms: float
    repeated: int
    is_failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """Requests newest first, or slowest first, cut at a limit.

    Attributes:
        older: Number to go on before; None where there are no more.
    """

    requests: list[RequestSeen]
    older: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanSeen:
    """One step of a trace.

    Attributes:
        span_id: 16 hex digits.
        parent_id: Of the step it is inside of; None for the first.
        part: The process's part it is of, as an index into `Trace.parts`.
        depth: How many steps it is inside of.
        begins_ms: After the trace began.
        is_waited_for: Nothing else ran in its parent at that time: the parent waited.
    """

    span_id: str
    parent_id: str | None
    part: int
    depth: int
    kind: str
    name: str
    begins_ms: float
    duration_ms: float
    error: str | None = None
    sql: str | None = None
    is_waited_for: bool = False
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What stands out in a trace.

    Attributes:
        kind: `repeated` (one statement five times or more by one step) or `slow`.
        span_id: The step it is about: of repeated ones the first.
        count: How many steps it is about.
        duration_ms: That they took together.
    """

    kind: Literal["repeated", "slow"]
    span_id: str
    said: str
    count: int
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A trace: every part of it that was kept, oldest first, and their steps.

    Attributes:
        spans: In the order of the waterfall: below each step what is inside of it.
        is_cut: There were more spans than are kept, or shown.
    """

    trace_id: str
    timestamp: str
    duration_ms: float
    parts: list[RequestSeen]
    spans: list[SpanSeen]
    hints: list[Hint]
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDetail:
    """One request with what it brought and what it did.

    Attributes:
        facts: Query, headers and, where they are captured, bodies; without secrets.
        trace: None where the request was not sampled, so that only the log knows it.
    """

    request: RequestSeen
    facts: Mapping[str, object]
    trace: Trace | None
