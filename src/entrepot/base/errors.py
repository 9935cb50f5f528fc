"""The errors this package raises on purpose.

EntrepotError
├── Invalid       the request cannot be right, whoever sends it and whenever
│   ├── InvalidValue      a field's value is not possible; also a `ValueError`
│   └── UnknownName       it names a thing that does not exist; known ones are listed
├── Denied        right request, wrong person
│   └── Unauthenticated   we do not know who asks
├── Missing       the thing is not there (or no longer)
│   └── Expired           it was there, and its time is over
├── Conflict      the thing changed, or already exists
│   ├── IllegalMove       its state does not lead there
│   ├── Outdated          what the caller saw of it is older than it is
│   └── Stopped           somebody ended it before it was done
├── TooMuch       one of our limits was passed
│   └── Throttled         too often; later is fine
├── Refused       the far side said no and will say no again
├── Unavailable   the far side may answer later; the only kind worth a retry
│   ├── TimedOut          it did not answer in the time it was given
│   └── DatabaseError     so it is with our own database
│       ├── DatabaseConnectionError   it cannot be reached, or has no place free
│       ├── DatabaseRetryExhausted    so it was at every attempt
│       └── DatabaseUnusable          it will not do it: full, read-only, no entry
└── Broken        our own mistake

A room adds its errors in `<room>/errors.py`, each below one of these eight.
The first line of a class's docstring is the title that people see.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import ClassVar, TypeVar

from entrepot.base.times import now, render_time

T = TypeVar("T")


class EntrepotError(Exception):
    """Something went wrong."""

    retryable: ClassVar[bool] = False

    def __init__(
        self, detail: str, *, hint: str | None = None, **facts: object
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.facts = facts

    @classmethod
    def code(cls) -> str:
        """The class's name in kebab-case, e.g. `unknown-name`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """First line of the docstring, without its full stop."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0].rstrip(".")


class Invalid(EntrepotError):
    """The request is not valid."""


class InvalidValue(Invalid, ValueError):
    """A field's value is not possible."""


class Denied(EntrepotError):
    """Not allowed."""


class Unauthenticated(Denied):
    """Sign in first."""


class Missing(EntrepotError):
    """Not found."""


class Expired(Missing):
    """No longer kept."""


class Conflict(EntrepotError):
    """In conflict with what is there."""


class IllegalMove(Conflict):
    """The thing cannot go from the state it is in to that one."""


class Outdated(Conflict):
    """Changed since it was read."""


class Stopped(Conflict):
    """Stopped before it was done."""


class TooMuch(EntrepotError):
    """Over a limit."""


class Throttled(TooMuch):
    """Too many requests."""

    def __init__(
        self, detail: str, *, retry_after_seconds: int = 5, hint: str | None = None
    ) -> None:
        super().__init__(detail, hint=hint, retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class Refused(EntrepotError):
    """The other side refused."""


class Unavailable(EntrepotError):
    """The other side cannot be reached now."""

    retryable = True


class TimedOut(Unavailable):
    """Out of time."""


class DatabaseError(Unavailable):
    """Database operation failed.

    Attributes:
        retry_count: How often it was tried again.
        last_attempt: When it was tried last; UTC.
    """

    def __init__(
        self,
        detail: str,
        *,
        retry_count: int = 0,
        last_attempt: datetime | None = None,
        hint: str | None = None,
        **facts: object,
    ) -> None:
        self.retry_count = retry_count
        self.last_attempt = (last_attempt or now()).astimezone(UTC)
        super().__init__(
            detail,
            hint=hint,
            retry_count=retry_count,
            last_attempt=render_time(self.last_attempt, timespec="seconds"),
            **facts,
        )


class DatabaseConnectionError(DatabaseError):
    """Our own database cannot be used now."""


class DatabaseRetryExhausted(DatabaseError):
    """Database operation failed."""


class DatabaseUnusable(DatabaseError):
    """Our own database will not do it."""

    retryable = False


class Broken(EntrepotError):
    """A fault of ours."""


def _near(name: str, known: Collection[str]) -> str | None:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    listed = ", ".join(sorted(known)[:20])
    return f"known: {listed}" if listed else None


class UnknownName(Invalid):
    """No such name."""

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        super().__init__(
            f"there is no {what} named {name!r}",
            hint=_near(name, known),
            known=sorted(known)[:100],
        )


class NotThere(Missing):
    """No such thing."""

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        super().__init__(
            f"there is no {what} named {name!r}",
            hint=_near(name, known),
            known=sorted(known)[:100],
        )


KINDS = (Invalid, Denied, Missing, Conflict, TooMuch, Refused, Unavailable, Broken)


def kind_of(error: EntrepotError) -> type[EntrepotError]:
    """Return which of the eight kinds an error belongs to; `Broken` if none."""
    return next((kind for kind in KINDS if isinstance(error, kind)), Broken)


def nearest(error: type[EntrepotError], table: Mapping[type[EntrepotError], T]) -> T:
    """Return the table's entry for a class, or for its nearest ancestor there.

    Raises:
        KeyError: No ancestor stands in the table.
    """
    for cls in error.__mro__:
        if cls in table:
            return table[cls]
    raise KeyError(error)
