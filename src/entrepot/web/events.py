"""What happens around requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBroke(Event):
    """A request ended in a fault of ours.

    Attributes:
        path: Without the query, which may hold what is nobody's business.
        traceback: Where it happened; never the request's surroundings, into which
            the server copies our own environment.
    """

    level: ClassVar[Level] = "error"

    request_id: str
    method: str
    path: str
    error_type: str
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsApart(Event):
    """Redis does not answer: each host counts its callers' requests by itself.

    Attributes:
        why: The name of the driver's error; its text may hold the address.
    """

    level: ClassVar[Level] = "warning"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsTogether(Event):
    """Redis answers again: the hosts count together."""
