"""A group of errors with one cause, as people see it, and how groups are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

State = Literal["open", "muted", "ignored", "resolved"]
STATES: tuple[State, ...] = get_args(State)
Order = Literal["last", "first", "count"]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    """Errors of one cause.

    Attributes:
        id: Its fingerprint, short; stays the same on every server.
        title: What was said the last time, on one line.
        error_type: Name of the class; empty where only a line was written.
        route: Where it came the first time: an endpoint, `job <kind>`, a page's path.
        place: The innermost of our own functions; empty where there is none.
        count: Since it was first seen; `recent` only of the time asked for.
        hours: Of the time asked for, oldest first, in steps of equal length.
        people: How many are touched; a lower bound where there are very many.
        first_release, last_release: Our version when it came.
        is_new: First seen in the time asked for.
        is_back: It was resolved, and came again in `reopened_release`.
        muted_until_at, muted_left: When muting ends: then, or after so many more.
        line_id: Of the newest occurrence, in the log of whoever wrote it.
    """

    id: str
    title: str
    error_type: str
    logger: str
    route: str
    place: str
    state: State
    count: int
    recent: int
    hours: list[int]
    people: int
    first_seen_at: datetime
    last_seen_at: datetime
    first_release: str
    last_release: str
    is_new: bool
    is_back: bool
    reopened_release: str = ""
    reopened_at: datetime | None = None
    reopened_count: int = 0
    resolved_at: datetime | None = None
    resolved_by: str = ""
    muted_until_at: datetime | None = None
    muted_left: int | None = None
    line_id: int | None = None
    request_id: str = ""
    trace_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which groups; what is empty does not narrow.

    Attributes:
        q: Part of the title, the type, the route or the logger; or a request's id.
        hours: How far back `recent` is counted.
    """

    states: tuple[State, ...] = ()
    q: str = ""
    logger: str = ""
    error_type: str = ""
    route: str = ""
    release: str = ""
    hours: int = 24
    order: Order = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """Groups, and how many there are of each state.

    Attributes:
        next: To go on after the last one; empty at the end.
        recent: Errors of the groups that are open, in the time asked for.
        fresh: Groups first seen in the time asked for.
        is_current: Every error of this host's log is counted; else that is under way,
            or the log cannot be read now.
    """

    groups: list[ErrorGroup]
    next: str
    counts: Mapping[State, int]
    recent: int
    fresh: int
    is_current: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Somebody or something that a group touched, and how often."""

    name: str
    count: int
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One error of a group.

    Attributes:
        line_id: In the log of the server that wrote it; lines go when their time is
            over.
        trace_id: Of the trace, also where it follows from the request's id.
    """

    id: int
    at: datetime
    message: str
    line_id: int
    request_id: str
    trace_id: str
    job_id: str
    user: str
    route: str
    release: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How many errors came in a stretch of time, which begins `at`."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail:
    """A group with everything that is kept of it.

    Attributes:
        frames: Our own functions it passed, newest call last: `place in function`.
        stack_trace: Of the newest occurrence; empty where there was none.
        facts: What the newest occurrence told besides.
        stretches: Its distribution over the time asked for, oldest first.
        others: How many users, routes and releases are not told, since there are too
            many, by `users`, `routes` and `releases`.
    """

    group: ErrorGroup
    fingerprint: str
    normalised: str
    frames: list[str]
    stack_trace: str
    facts: Mapping[str, object]
    stretches: list[Stretch]
    users: list[Touched]
    routes: list[Touched]
    releases: list[Touched]
    occurrences: list[Occurrence]
    others: Mapping[str, int] = field(default_factory=dict)
