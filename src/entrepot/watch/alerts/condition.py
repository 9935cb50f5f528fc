"""What has to hold for a rule to fire, as a value and as text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Op = Literal[">", ">=", "<", "<=", "==", "!="]
OPS: tuple[Op, ...] = get_args(Op)
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
SECONDS: Mapping[str, float] = {
    "ms": 0.001,
    "s": 1.0,
    "m": 60.0,
    "h": 3_600.0,
    "d": 86_400.0,
}
"""Units of a threshold that is a time."""

UNITS = ("", "%", *SECONDS)
PERIODS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
WINDOW_SECONDS = 300
"""What is looked at where a condition does not say."""
SHORTEST_WINDOW_SECONDS, LONGEST_WINDOW_SECONDS = 1, 7 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something measured, compared with a number.

    Attributes:
        kind: Name of one in `kinds/`.
        arguments: What is measured, by the names of the kind's options.
        unit: Of the threshold, one of `UNITS`.
        per: Of `PERIODS` where it is counted by a time; else empty.
        window_seconds: How far back is looked.
    """

    kind: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    op: Op = ">"
    threshold: float = 0.0
    unit: str = ""
    per: str = ""
    window_seconds: int = WINDOW_SECONDS

    @property
    def threshold_seconds(self) -> float:
        """Return the threshold as a time; without a unit it is seconds."""
        return self.threshold * SECONDS.get(self.unit, 1.0)

    @property
    def limit(self) -> str:
        """Return the comparison as people read it: `> 5000ms`."""
        return f"{self.op} {shown_number(self.threshold)}{self.unit}"

    def holds(self, value: float | None) -> bool:
        """Tell whether a value in the threshold's own unit meets the comparison."""
        return value is not None and COMPARE[self.op](value, self.threshold)


def render_condition(condition: Condition) -> str:
    """Return the text that `parse_condition` reads back as the same."""
    words = [_subject(condition), _comparison(condition)]
    if condition.per:
        words.append(f"per {condition.per}")
    if _tells_window(condition):
        words.append(f"over {render_period(condition.window_seconds)}")
    return " ".join(words)


def _tells_window(condition: Condition) -> bool:
    if condition.window_seconds != usual_window(condition):
        return True
    is_claim = condition.arguments.get("is_claim") == "yes"
    is_counted = condition.kind in ("metric", "logs", "errors") and not is_claim
    return is_counted and not condition.per


def usual_window(condition: Condition) -> int:
    """Return the window that a condition has which names none."""
    return PERIODS.get(condition.per, WINDOW_SECONDS)


def render_period(seconds: int) -> str:
    """Return a time in the largest unit that tells it whole."""
    for name, size in reversed(list(PERIODS.items())):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"


def shown_number(number: float) -> str:
    """Return a number without a point where it has nothing behind it."""
    return str(int(number)) if number == int(number) else repr(number)


def quoted(text: str) -> str:
    """Return a text in quotes, as conditions have it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _comparison(condition: Condition) -> str:
    if condition.arguments.get("is_claim") == "yes":
        return f"{condition.op} {'true' if condition.threshold else 'false'}"
    return condition.limit


def _subject(condition: Condition) -> str:
    given = condition.arguments
    if condition.kind == "metric":
        name = given["metric"] + _labels(given.get("labels", ""))
        aggregate = given.get("aggregate", "")
        return f"{aggregate}({name})" if aggregate else name
    if condition.kind == "logs":
        return f"logs({quoted(given['search'])})"
    if condition.kind == "sql":
        return f"sql({quoted(given['connection'])}, {quoted(given['query'])})"
    if condition.kind == "errors":
        return f"errors({given['of']})"
    if condition.kind == "schedule":
        name = given.get("schedule", "")
        return f"schedule({quoted(name) if name else ''})"
    feed = given.get("feed", "")
    return f"feed({quoted(feed) + ', ' if feed else ''}{given['of']})"


def _labels(text: str) -> str:
    return f"{{{text}}}" if text else ""
