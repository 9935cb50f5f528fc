"""What is asked of `/api/alerts`, and the shapes of its answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.base.errors import Denied, Unauthenticated
from entrepot.delivery import DeliverySeen
from entrepot.watch.alerts.spec import AlertSeen, Severity

WHO = (Unauthenticated, Denied)
Text = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=4_000,
        examples=["error_rate > 10 per minute"],
        description="As docs/how-to/alerts.md says.",
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["Too many errors"])]
Seconds = Annotated[int, Meta(ge=0, le=604_800)]
Channels = Annotated[
    tuple[str, ...],
    Meta(max_length=20, description="Names of destinations; none: as settings say."),
]
Words = Annotated[str, Meta(max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """A rule to be kept."""

    name: Name
    condition: Text
    severity: Severity = "warning"
    channels: Channels = ()
    enabled: bool = True
    for_seconds: Seconds = 0
    cooldown_seconds: Seconds = 300
    description: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRule:
    """What shall be different; what is left out stays."""

    name: Name | None = None
    condition: Text | None = None
    severity: Severity | None = None
    channels: Channels | None = None
    enabled: bool | None = None
    for_seconds: Seconds | None = None
    cooldown_seconds: Seconds | None = None
    description: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWanted:
    """A condition to be looked at."""

    condition: Text
    for_seconds: Seconds = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TestWanted:
    """Who gets a test: a rule's destinations, these, or those that settings give."""

    rule_id: Annotated[int, Meta(ge=1)] | None = None
    channels: Channels = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What others should know."""

    note: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSilence:
    """A time in which nobody is told of alerts that match."""

    matchers: Annotated[
        dict[str, str],
        Meta(
            description="`rule`, `severity` or labels, all of which match; `*` is "
            "anything.",
            examples=[{"rule": "Database down"}],
        ),
    ]
    until: datetime
    why: Annotated[str, Meta(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """Which alerts."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    before: Annotated[int, Meta(ge=1, description="Only lower numbers.")] | None = None
    rule_id: Annotated[int, Meta(ge=1)] | None = None
    severity: Literal["", "info", "warning", "critical"] = ""
    state: Literal["", "firing", "resolved"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetail:
    """An alert, and what was sent about it, newest first."""

    alert: AlertSeen
    messages: list[DeliverySeen] = field(default_factory=list)


def utc(at: datetime) -> datetime:
    """Return a time that names its zone; UTC where it names none."""
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
