"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationAdded(Event):
    """Somebody named a place that things may be sent to."""

    audited: ClassVar[bool] = True

    name: str
    channel: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationChanged(Event):
    """Somebody changed where a destination leads, or its secret.

    Attributes:
        changed: Names of what is another now.
    """

    audited: ClassVar[bool] = True

    name: str
    channel: str
    changed: list[str]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRemoved(Event):
    """Somebody removed a destination; what waits for it fails."""

    audited: ClassVar[bool] = True

    name: str
    channel: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationTested(Event):
    """Somebody sent a test to a destination.

    Attributes:
        error: Why it did not arrive; empty where it did.
    """

    audited: ClassVar[bool] = True

    name: str
    channel: str
    error: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Event):
    """Something arrived where it was sent."""

    id: str
    destination: str
    channel: str
    subject: str
    attempt: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelayed(Event):
    """Something did not arrive, and is sent again later."""

    level: ClassVar[Level] = "warning"

    id: str
    destination: str
    channel: str
    subject: str
    attempt: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Event):
    """Something did not arrive, and is not sent again by itself."""

    level: ClassVar[Level] = "error"

    id: str
    destination: str
    channel: str
    subject: str
    attempts: int
    error: str
