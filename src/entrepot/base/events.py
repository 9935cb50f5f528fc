"""What happened, as values. Rooms emit; listeners make logs, counts and alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

Level = Literal["debug", "info", "warning", "error", "critical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened.

    Attributes:
        audited: It is recorded, or it does not happen.
        rewinds: Our database is as it was earlier; what came after is gone from it.
    """

    level: ClassVar[Level] = "info"
    audited: ClassVar[bool] = False
    rewinds: ClassVar[bool] = False

    def sentence(self) -> str:
        """Return what people read of it: what the class says, unless it knows better.

        Some are fixed by the documents, which tell people to search for them.
        """
        said = (type(self).__doc__ or type(self).__name__).splitlines()[0]
        return said.rstrip(".")

    def facts(self) -> dict[str, object]:
        """Return its fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener` with each event from now on; return a function that stops it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def emit(event: Event) -> None:
    """Tell every listener, in the order they came."""
    for listener in list(_listeners):
        listener(event)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeyMade(Event):
    """A secret key was made; without it, sealed passwords are lost: keep a copy."""

    level: ClassVar[Level] = "warning"

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowStatement(Event):
    """A statement on our own database took longer than DB_SLOW_QUERY_THRESHOLD_MS.

    Attributes:
        sql: Its beginning, without the values that were bound.
    """

    level: ClassVar[Level] = "warning"

    sql: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRetried(Event):
    """Something on our own database failed and is tried again.

    Attributes:
        retry: Which one, from 1.
        why: What was wrong.
        wait_seconds: Until then.
    """

    level: ClassVar[Level] = "warning"

    retry: int
    why: str
    wait_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered(Event):
    """A request was answered.

    Attributes:
        path: Without the query, which may hold what is nobody's business.
        endpoint: The view's name as metrics show it; `unknown` where there is none.
        seconds: From its arrival until its answer began to leave.
        size_bytes: Of the answer's body; None where it is not known beforehand.
        protocol: As in the request line, e.g. `HTTP/1.1`.
        is_quiet: Asked over and over by machines, so not worth a line of its own.
    """

    method: str
    path: str
    protocol: str
    endpoint: str
    status: int
    seconds: float
    size_bytes: int | None
    is_quiet: bool = False
