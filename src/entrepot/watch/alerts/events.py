"""What alerts tell the listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFired(Event):
    """An alert fires.

    Attributes:
        alert: Its number.
        told: Destinations that are told.
        held: Why nobody is told.
    """

    level: ClassVar[Level] = "warning"

    alert: int
    rule: str
    severity: str
    message: str
    told: tuple[str, ...]
    held: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertResolved(Event):
    """An alert is over."""

    alert: int
    rule: str
    severity: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertUntold(Event):
    """A destination could not be told of an alert."""

    level: ClassVar[Level] = "error"

    alert: int
    destination: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Event):
    """Somebody looks after an alert."""

    audited: ClassVar[bool] = True

    alert: int
    rule: str
    note: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleAdded(Event):
    """Somebody added an alert rule."""

    audited: ClassVar[bool] = True

    name: str
    condition: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleChanged(Event):
    """Somebody changed an alert rule.

    Attributes:
        changed: Names of what is another now.
    """

    audited: ClassVar[bool] = True

    name: str
    changed: list[str]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleRemoved(Event):
    """Somebody removed an alert rule; what it found stays in the history."""

    audited: ClassVar[bool] = True

    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleBroke(Event):
    """An alert rule cannot be evaluated.

    Attributes:
        is_off: It was switched off, since that does not pass by itself.
    """

    level: ClassVar[Level] = "error"

    name: str
    why: str
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsSilenced(Event):
    """Somebody silenced alerts for a time."""

    audited: ClassVar[bool] = True

    id: int
    matchers: Mapping[str, str]
    until: str
    why: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceEnded(Event):
    """Somebody ended a silence of alerts."""

    audited: ClassVar[bool] = True

    id: int
    by: str
