"""What a rule, a reading of it, an alert and a silence are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from entrepot.base.house import House
from entrepot.watch.alerts.condition import Condition

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Lowest first."""

AlertState = Literal["pending", "firing", "resolved"]
RuleState = Literal["off", "broken", "ok", "pending", "firing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One thing a rule looked at.

    Attributes:
        labels: What tells it apart from others of the rule.
        value: In the threshold's unit; None where nothing is known.
        is_met: The condition holds of it.
        words: What people read of it.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    value: float | None
    is_met: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a rule saw at one look.

    Attributes:
        samples: One for each thing; none where there is nothing to look at.
    """

    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a rule would have seen at one moment of the past."""

    at: datetime
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of thing that rules look at.

    Attributes:
        example: A condition of this kind.
        evaluate: Returns what is seen now; raises what `EntrepotError` it likes where
            it cannot be looked at: of those, `Unavailable` may pass by itself.
        replay: Returns what would have been seen, oldest first; None where the past is
            not kept.
        prometheus: Returns an expression over metrics that `/metrics` has; empty where
            there is none, and then what we saw last is compared.
    """

    name: str
    summary: str
    example: str
    evaluate: Callable[[House, Condition, datetime], Reading]
    replay: Callable[[House, Condition, datetime, datetime], list[Point]] | None = None
    prometheus: Callable[[Condition], str] = lambda condition: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWanted:
    """A rule to be kept.

    Attributes:
        condition: As text; `docs/how-to/alerts.md` has the grammar.
        channels: Names of destinations; none are those that the settings give.
        for_seconds: How long the condition holds before anybody is told.
        cooldown_seconds: The shortest time between two messages about one thing.
    """

    name: str
    condition: str
    severity: Severity = "warning"
    channels: tuple[str, ...] = ()
    is_enabled: bool = True
    for_seconds: int = 0
    cooldown_seconds: int = 300
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What shall be different; None leaves it."""

    name: str | None = None
    condition: str | None = None
    severity: Severity | None = None
    channels: tuple[str, ...] | None = None
    is_enabled: bool | None = None
    for_seconds: int | None = None
    cooldown_seconds: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSeen:
    """A rule, as people see it.

    Attributes:
        kind: Name of one in `kinds/`.
        is_shipped: It came with the program: it may be changed, and is not removed.
        error: Why it cannot be evaluated; empty where it can.
        value: What it saw last, the worst where it saw several.
    """

    id: int
    name: str
    condition: str
    kind: str
    severity: Severity
    channels: tuple[str, ...]
    is_enabled: bool
    for_seconds: int
    cooldown_seconds: int
    description: str
    is_shipped: bool
    state: RuleState
    error: str
    value: float | None
    evaluated_at: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSeen:
    """Something a rule found, as people see it.

    Attributes:
        rule_id: None where the rule is gone.
        labels: What tells it apart from others of its rule.
        message: One line for people.
        triggered_at: When it began to fire; of a pending one, when it was first seen.
        notified_at: When somebody was told of it first; None for nobody yet.
        held: Why nobody is told: a silence or the hold-off; empty where nothing holds.
        acknowledged_by: Name of whoever looks after it; empty for nobody.
        is_silenced: A silence that holds now matches it: nobody is told.
        failing: Destinations that could not be told.
    """

    id: int
    rule_id: int | None
    rule: str
    severity: Severity
    state: AlertState
    labels: Mapping[str, str] = field(default_factory=dict)
    value: float | None = None
    message: str = ""
    triggered_at: datetime
    resolved_at: datetime | None = None
    notified_at: datetime | None = None
    held: str = ""
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    note: str = ""
    is_silenced: bool = False
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceWanted:
    """A time in which nobody is told of some alerts.

    Attributes:
        matchers: All must hold: `rule`, `severity` or a label, and its value, in which
            `*` stands for anything.
        why: What people should know of it.
    """

    matchers: Mapping[str, str]
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSeen:
    """A silence, as people see it."""

    id: int
    matchers: Mapping[str, str]
    begins_at: datetime
    until_at: datetime
    why: str
    by: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a condition sees now, and what it would have done.

    Attributes:
        samples: What it sees now.
        error: Why it cannot be looked at; empty where it can.
        fired: How often it would have begun to fire in the last day; None where the
            past is not kept.
        fired_at: The moments of those, oldest first, the last twenty.
    """

    condition: str
    kind: str
    samples: tuple[Sample, ...] = ()
    error: str = ""
    fired: int | None = None
    fired_at: tuple[datetime, ...] = ()
