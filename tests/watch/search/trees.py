"""Searches by chance, and what plain Python says of them."""

from __future__ import annotations

import fnmatch
import json
import re
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from entrepot.watch.search.tree import And, Not, Or, Range, Term, Word, render_tree
from entrepot.watch.spec import LEVELS
from tests.watch.lines.conftest import NOON
from tests.watch.lines.test_filters import has, is_below

TIMES = (
    "2026-03-01",
    "2026-02-28",
    "2026-03-01T12:01:30Z",
    "2026-03-01T12:02:00.500Z",
    "2026-03-01T13:03:00+01:00",
)
REQUEST = "abcdef01deadbeef"
NUMBERS = {
    "status_code": ("200", "404", "499.5", "503", "0"),
    "duration_ms": ("0.5", "50", "100", "2500", "-1"),
    "user_id": ("1", "2", "7"),
    "id": ("1", "3", "12"),
    "fields.rows": ("1", "10", "2.5"),
}
TEXTS = {
    "logger": ("entrepot", "entrepot.access", "entrepot.*", "po?l", "x[y]*"),
    "endpoint": ("health", "get_*", "nothing"),
    "path": ("/api/crates", "/api/*", "/*/crates", "/api/cr*", "/none"),
    "method": ("GET", "P*"),
    "request_id": ("r-1", "abcdef01deadbeef", "*beef"),
    "trace_id": (
        "0AF7651916CD43DD8448EB21DEADBEEF",
        "0" * 16 + "abcdef01deadbeef",
        "*beef",
    ),
    "job_id": ("7", "8"),
    "actor": ("ada@example.com", "ada*"),
    "error_type": ("TimedOut", "*d*"),
    "fields.table": ("ekko", "e*", "10", "true"),
    "fields.rows": ("10", "10.0", "2.5", "1*"),
    "fields.open": ("true", "false", "1"),
}
COMPARISONS = st.sampled_from((">", ">=", "<", "<="))


def _one_of(table):
    return st.sampled_from([(name, one) for name, all in table.items() for one in all])


WORDS = st.builds(
    Word, st.sampled_from(("cra", "CRATE", "/api/c", "404", "ship_no", "zurich"))
) | st.builds(
    Word,
    st.sampled_from(("crate quay", "crates", 'a "b" \\c', "api crates")),
    st.just(True),
)
EQUAL = st.one_of(
    _one_of(TEXTS).flatmap(
        lambda pair: st.builds(
            Term, st.just(pair[0]), st.just(pair[1]), st.just(""), st.booleans()
        )
    ),
    _one_of(NUMBERS).map(lambda pair: Term(*pair)),
    st.sampled_from(LEVELS).map(lambda level: Term("level", level.lower())),
    st.sampled_from(TIMES).map(lambda time: Term("timestamp", time)),
    st.sampled_from((Term("status_code", "5xx"), Term("status_code", "2xx"))),
    st.sampled_from((*NUMBERS, *TEXTS, "level", "timestamp")).map(
        lambda name: Term(name, "*")
    ),
)
ORDERED = st.one_of(
    _one_of(NUMBERS),
    st.tuples(st.just("level"), st.sampled_from(LEVELS)),
    st.tuples(st.just("timestamp"), st.sampled_from(TIMES)),
)
COMPARED = st.builds(lambda pair, way: Term(*pair, way), ORDERED, COMPARISONS)


def _range(name, values):
    ends = st.sampled_from((*values, "*"))
    return st.builds(
        lambda low, high, has_low, has_high: Range(
            name=name, low=low, high=high, has_low=has_low, has_high=has_high
        ),
        ends, ends, st.booleans(), st.booleans(),
    )  # fmt: skip


RANGES = st.one_of(
    *(_range(name, values) for name, values in NUMBERS.items()),
    _range("level", LEVELS),
    _range("timestamp", TIMES),
)


def _joined(kind):
    """Join as the parser does: nothing stands in its like."""

    def join(nodes):
        flat = [
            one
            for node in nodes
            for one in (node.nodes if isinstance(node, kind) else (node,))
        ]
        return kind(tuple(flat))

    return join


TREES = st.recursive(
    WORDS | EQUAL | COMPARED | RANGES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(_joined(And)),
        st.lists(inner, min_size=2, max_size=3).map(_joined(Or)),
    ),
    max_leaves=6,
)


def is_found(node, number, entry):
    """Whether a search finds a line, in plain Python."""
    match node:
        case And():
            return all(is_found(one, number, entry) for one in node.nodes)
        case Or():
            return any(is_found(one, number, entry) for one in node.nodes)
        case Not():
            return not is_found(node.node, number, entry)
        case Word():
            sought = render_tree(Word(node.text.replace('"', " "), node.is_phrase))
            return has(entry.message, sought)
    return _is_of_field(node, value_of(node.name, number, entry))


def value_of(name, number, entry):
    """What a line tells in a field; None where it tells nothing."""
    if name.startswith("fields."):
        return (entry.fields or {}).get(name.removeprefix("fields."))
    own = entry.request_id.rjust(32, "0") if entry.request_id else ""
    is_answer = bool(entry.endpoint)
    found = {
        "id": number,
        "timestamp": datetime.fromtimestamp(entry.at, UTC),
        "trace_id": entry.trace_id or own,
        "path": entry.message.partition(" ")[2][:-4] if is_answer else None,
        "method": entry.message.partition(" ")[0] if is_answer else None,
    }
    value = found[name] if name in found else getattr(entry, name)
    return None if value == "" else value


def _is_of_field(node, value):
    is_range = isinstance(node, Range)
    if is_range and node.low == node.high == "*":
        return value is not None
    if not is_range and node.value == "*" and not node.is_quoted:
        return value is not None
    if value is None:
        return False
    if is_range:
        low, high = ">" + "=" * node.has_low, "<" + "=" * node.has_high
        ends = [(low, node.low), (high, node.high)]
        return all(
            _compares(node.name, value, way, text) for way, text in ends if text != "*"
        )
    if node.comparison:
        return _compares(node.name, value, node.comparison, node.value)
    return _equals(node, value)


def _compares(name, value, way, text):
    if name == "timestamp":
        return _is_timed(value, way, text)
    if name == "level":
        value, other = LEVELS.index(value), LEVELS.index(text.upper())
    elif isinstance(value, bool | str):
        return False
    else:
        other = float(text)
    return {
        ">": value > other, ">=": value >= other, "<": value < other,
        "<=": value <= other,
    }[way]  # fmt: skip


def _is_timed(value, way, text):
    begin = datetime.fromisoformat(text)
    begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    tick = timedelta(days=1) if len(text) == 10 else timedelta(microseconds=1)
    end = begin + tick
    value = value.replace(microsecond=value.microsecond // 1000 * 1000)
    return {">": value >= end, ">=": value >= begin, "<": value < begin,
            "<=": value < end}[way]  # fmt: skip


def _equals(node, value):
    name, text = node.name, node.value
    if name == "timestamp":
        return _is_timed(value, ">=", text) and _is_timed(value, "<=", text)
    if name == "level":
        return value == text.upper()
    if text in ("2xx", "5xx"):
        return str(value)[0] == text[0]
    if name in NUMBERS and not name.startswith("fields."):
        return value == float(text)
    if name == "trace_id":
        text = text.lower()
    if any(c in text for c in "*?") and not node.is_quoted:
        return bool(re.fullmatch(_pattern(text), _told(value), re.DOTALL))
    if name == "logger":
        return is_below(value, text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return _told(value) == text or (not node.is_quoted and value == float(text))
        except ValueError:
            return False
    return _told(value) == text


def _told(value):
    return value if isinstance(value, str) else json.dumps(value)


def _pattern(text):
    return fnmatch.translate(text.replace("[", "[[]"))


ONE_DAY = NOON - 86_400
"""A moment on another day than the other lines."""
