"""Filters in the words of a search, so that all of them are kept as one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrepot.watch.search.parsing import parse_query
from entrepot.watch.search.tree import And, Node, Or, Range, Term, render_tree

NAMES = {
    "logger": "logger",
    "endpoint": "endpoint",
    "status": "status_code",
    "request_id": "request_id",
    "trace_id": "trace_id",
    "job_id": "job_id",
    "user_id": "user_id",
}
"""The filters that are a field, by the names that they have in addresses."""
NUMBERS = ("status", "user_id")


def query_of(asked: Mapping[str, object]) -> str:
    """Return the search that finds the same as filters of an address do.

    Args:
        asked: By the names that `/api/logs` has for them.

    Raises:
        InvalidQuery: What is searched for already cannot be read.
    """
    found = [parse_query(str(asked.get("q", ""))), _levels(asked.get("level"))]
    for filter, name in NAMES.items():
        value = str(asked.get(filter) or "")
        if value:
            found.append(Term(name, value, "", filter not in NUMBERS))
    if least := str(asked.get("min_duration_ms") or ""):
        found.append(Term("duration_ms", least, ">="))
    since, until = (str(asked.get(f"{end}_date") or "*") for end in ("start", "end"))
    if (since, until) != ("*", "*"):
        is_day = len(until) == len("2026-11-20")  # the whole of it
        found.append(Range(name="timestamp", low=since, high=until, has_high=is_day))
    nodes = tuple(
        one
        for node in found
        if node is not None
        for one in (node.nodes if isinstance(node, And) else (node,))
    )
    if not nodes:
        return ""
    return render_tree(nodes[0] if len(nodes) == 1 else And(nodes))


def _levels(given: object) -> Node | None:
    levels = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    terms = tuple(Term("level", str(level)) for level in levels)
    return Or(terms) if len(terms) > 1 else next(iter(terms), None)
