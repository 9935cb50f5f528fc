"""The values of fields in a search: levels, numbers, times, patterns."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

from entrepot.base.errors import Invalid
from entrepot.base.given_times import DAY, parse_time
from entrepot.watch.search.fields import FACT, kind_of
from entrepot.watch.search.tree import Range, Term
from entrepot.watch.spec import LEVELS, Level

Number = int | float
Bound = tuple[str, str]
"""A comparison, and the text of the value to compare with."""

ANY = "*"
"""Every value, as long as there is one."""
LAST = datetime.max.replace(tzinfo=UTC)
LONGEST_NUMBER = 40
_LARGEST = 2**63 - 1
_CLASS = re.compile(r"[1-9]xx", re.ASCII | re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_NOW = re.compile(r"now(?:-(\d{1,6})([smhdw]))?", re.ASCII | re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TICK = timedelta(microseconds=1)


def bounds_of(node: Term | Range) -> list[Bound]:
    """Return the comparisons that a node makes; one of equality has none."""
    if isinstance(node, Term):
        return [(node.comparison, node.value)] if node.comparison else []
    ends = ((">", node.has_low, node.low), ("<", node.has_high, node.high))
    return [(f"{way}{'=' * has}", text) for way, has, text in ends if text != ANY]


def is_any(node: Term | Range) -> bool:
    """Tell whether the field only has to be there."""
    if isinstance(node, Range):
        return node.low == node.high == ANY
    return node.value == ANY and not node.comparison and not node.is_quoted


def is_pattern(term: Term) -> bool:
    """Tell whether the value stands for several."""
    return not term.is_quoted and any(c in term.value for c in "*?")


def check_values(node: Term | Range) -> None:
    """Refuse a value that its field cannot have.

    Raises:
        Invalid: It has one.
    """
    kind = kind_of(node.name)
    if is_any(node):
        return
    bounds = bounds_of(node)
    if kind == "level":
        levels_of(node)
    elif kind == "time":
        interval_of(node, datetime.now(UTC))
    elif kind in ("number", "fact") and bounds:
        for _, text in bounds:
            parse_number(node.name, text)
    elif kind == "number" and isinstance(node, Term):
        if not (node.name == "status_code" and _CLASS.fullmatch(node.value)):
            parse_number(node.name, node.value)
    elif bounds or isinstance(node, Range):
        raise Invalid(
            f"{node.name} has no order, so that nothing is between or beyond",
            hint=f"write {node.name}:value, or {node.name}:val*",
        )


def levels_of(node: Term | Range) -> tuple[Level, ...]:
    """Return the levels that are meant, lowest first.

    Raises:
        Invalid: There is no such level.
    """
    if is_any(node):
        return LEVELS
    bounds = bounds_of(node)
    if isinstance(node, Term) and not bounds:
        return (LEVELS[_rank(node.value)],)
    ranks = [(way, _rank(text)) for way, text in bounds]
    return tuple(
        level
        for rank, level in enumerate(LEVELS)
        if all(_holds(rank, way, other) for way, other in ranks)
    )


def interval_of(
    node: Term | Range, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return the first moment that is meant, and the first that is not any more.

    Raises:
        Invalid: A value is no time.
    """
    since: datetime | None = None
    until: datetime | None = None
    bounds = bounds_of(node)
    if isinstance(node, Term) and not bounds:
        bounds = [(">=", node.value), ("<=", node.value)]
    for way, text in bounds:
        begin, end = _moment(text, now)
        if way[0] == ">":
            since = begin if way == ">=" else end
        else:
            until = begin if way == "<" else end
    return since, until


def status_class(node: Term | Range) -> tuple[int, int] | None:
    """Return the first and last code of a class such as `5xx`; None for no class."""
    if not isinstance(node, Term) or node.name != "status_code" or node.comparison:
        return None
    first = int(node.value[0]) * 100 if _CLASS.fullmatch(node.value) else None
    return (first, first + 99) if first else None


def parse_number(name: str, text: str) -> Number:
    """Return a number as people write it.

    Raises:
        Invalid: It is none.
    """
    number = find_number(text)
    if number is None:
        name = name.removeprefix(FACT)
        raise Invalid(
            f"{text[:60]!r} is no number, which {name} is",
            hint=f"write {name}:>100, or {name}:[100 TO 200]",
        )
    return number


def find_number(text: str) -> Number | None:
    """Return a number as people write it; None where it is none."""
    if _INTEGER.fullmatch(text) and abs(int(text)) <= _LARGEST:
        return int(text)
    try:
        number = (
            float(text) if len(text) <= LONGEST_NUMBER and "_" not in text else 1e999
        )
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _rank(text: str) -> int:
    level = text.strip().upper()
    if level not in LEVELS:
        raise Invalid(
            f"there is no level {text[:60]!r}",
            hint=f"the levels are {', '.join(LEVELS)}",
        )
    return LEVELS.index(level)


def _holds(rank: int, way: str, other: int) -> bool:
    if way[0] == ">":
        return rank > other or (way == ">=" and rank == other)
    return rank < other or (way == "<=" and rank == other)


def _moment(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return when it begins, and the first moment after it."""
    if ago := _NOW.fullmatch(text):
        length = timedelta(**{_UNITS[(ago[2] or "s").lower()]: int(ago[1] or 0)})
        at = now - min(length, now - datetime(1970, 1, 1, tzinfo=UTC))
        return at, at + _TICK
    at = _parsed(text)
    if DAY.fullmatch(text.strip()):
        return at, _parsed(text, is_end=True)
    return at, min(at, LAST - _TICK) + _TICK


def _parsed(text: str, *, is_end: bool = False) -> datetime:
    try:
        at = parse_time("timestamp", text, is_end=is_end)
    except Invalid:
        at = None
    if at is None:
        raise Invalid(
            f"{text[:60]!r} is no time",
            hint="write 2026-11-20, 2026-11-20T14:30:00Z, now or now-15m",
        )
    return at
