"""What of a search the log's indexes answer is asked of them; the rest stays a tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from entrepot.watch.search.tree import And, Node, Not, Or, Range, Term, Word
from entrepot.watch.search.values import (
    bounds_of,
    find_number,
    interval_of,
    is_any,
    is_pattern,
    levels_of,
    status_class,
)
from entrepot.watch.spec import LEVELS, Level, Wanted

MOST_CODE = 999_999
"""Beyond every status code."""


def narrow(wanted: Wanted, node: Node | None, now: datetime) -> Wanted:
    """Return the lines that are wanted and that a search finds.

    Args:
        now: What `now` means in it.
    """
    rest: list[Node] = [] if wanted.tree is None else [wanted.tree]
    for one in _conditions(node):
        wanted, is_told = _with(wanted, one, now)
        if not is_told:
            rest.append(one)
    if len(rest) > 1:
        return replace(wanted, tree=And(tuple(rest)))
    return replace(wanted, tree=rest[0] if rest else None)


def _conditions(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.nodes if isinstance(node, And) else (node,)


def _with(wanted: Wanted, node: Node, now: datetime) -> tuple[Wanted, bool]:
    """Return it narrowed, and whether that tells the whole of the condition."""
    if isinstance(node, Word):
        return _add_word(wanted, node, ""), True
    if isinstance(node, Not):
        return _without(wanted, node.node)
    if levels := _levels_of(node):
        return _of_levels(wanted, levels)
    if not isinstance(node, Term | Range) or is_any(node):
        return wanted, False
    if node.name == "timestamp":
        return _in_time(wanted, interval_of(node, now)), True
    if node.name in ("status_code", "duration_ms"):
        return _from_number(wanted, node), False
    if isinstance(node, Term) and not node.comparison and not is_pattern(node):
        return _named(wanted, node)
    return wanted, False


def _levels_of(node: Node) -> tuple[Level, ...]:
    """Return the levels that a condition is about alone; none where it is not."""
    nodes = node.nodes if isinstance(node, Or) else (node,)
    levels: set[Level] = set()
    for one in nodes:
        if not isinstance(one, Term | Range) or one.name != "level":
            return ()
        levels.update(levels_of(one))
    return tuple(levels)


def _without(wanted: Wanted, node: Node) -> tuple[Wanted, bool]:
    if isinstance(node, Word):
        return _add_word(wanted, node, "-"), True
    if levels := _levels_of(node):
        others = tuple(level for level in LEVELS if level not in levels)
        return _of_levels(wanted, others)
    if isinstance(node, Term) and node.name == "logger" and node.value:
        if is_pattern(node) or wanted.other_logger:
            return wanted, False
        return replace(wanted, other_logger=node.value), True
    return wanted, False


def _add_word(wanted: Wanted, word: Word, minus: str) -> Wanted:
    text = word.text.replace('"', " ")
    said = f'{minus}"{text}"' if word.is_phrase else f"{minus}{text.lstrip('-')}"
    return replace(wanted, q=f"{wanted.q} {said}".strip())


def _of_levels(wanted: Wanted, levels: tuple[str, ...]) -> tuple[Wanted, bool]:
    kept = [one for one in LEVELS if one in levels and one in (wanted.levels or LEVELS)]
    if not kept:  # no level at all, which `levels` cannot say
        return wanted, False
    return replace(wanted, levels=() if len(kept) == len(LEVELS) else tuple(kept)), True


def _in_time(
    wanted: Wanted, interval: tuple[datetime | None, datetime | None]
) -> Wanted:
    since, until = interval
    return replace(
        wanted,
        since=_both(max, wanted.since, since),
        until=_both(min, wanted.until, until),
    )


def _both(
    choose: Callable[[datetime, datetime], datetime],
    one: datetime | None,
    other: datetime | None,
) -> datetime | None:
    return choose(one, other) if one and other else one or other


def _from_number(wanted: Wanted, node: Term | Range) -> Wanted:
    """Return it narrowed to what an index finds, of which some may not be meant."""
    low = next((text for way, text in bounds_of(node) if way[0] == ">"), "")
    number = find_number(low)
    if node.name == "duration_ms":
        least = max(number or 0.0, wanted.min_duration_ms or 0.0)
        return replace(wanted, min_duration_ms=float(least)) if least > 0 else wanted
    if wanted.status:
        return wanted
    if isinstance(node, Term) and not node.comparison and not status_class(node):
        number = find_number(node.value)
        return replace(wanted, status=f"{number}") if _is_code(number) else wanted
    if codes := status_class(node):
        return replace(wanted, status=f"{codes[0]}-{codes[1]}")
    return (
        replace(wanted, status=f"{number}-{MOST_CODE}") if _is_code(number) else wanted
    )


def _is_code(number: float | None) -> bool:
    return isinstance(number, int) and 0 < number < MOST_CODE


def _named(wanted: Wanted, node: Term) -> tuple[Wanted, bool]:
    name, value = node.name, node.value
    if name == "user_id":
        number = find_number(value)
        if isinstance(number, int) and wanted.user_id in (None, number):
            return replace(wanted, user_id=number), True
    elif name in ("logger", "request_id", "trace_id", "job_id", "endpoint") and value:
        value = value.lower() if name == "trace_id" else value
        if getattr(wanted, name) in ("", value):
            return replace(wanted, **{name: value}), True  # type: ignore[arg-type]  # texts
    return wanted, False
