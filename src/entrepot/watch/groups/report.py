"""A group of errors as Markdown, to be pasted where it is worked on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from entrepot.base.times import render_time
from entrepot.watch.groups.spec import ErrorDetail, ErrorGroup, Touched

TOUCHED = 5
OCCURRENCES = 5
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_TICKS = re.compile(r"`+")


def render_report(found: ErrorDetail) -> str:
    """Return what is known of a group; whom it touched is counted, not named."""
    return "\n".join(_lines(found)).rstrip() + "\n"


def _lines(found: ErrorDetail) -> Iterator[str]:
    group = found.group
    yield f"# {_escaped(group.title)}"
    yield ""
    for name, value in _facts(group):
        if value:
            yield f"- {name}: {value}"
    yield f"- Routes: {_told(found.routes)}"
    yield f"- Releases: {_told(found.releases)}"
    if found.frames:
        yield from ("", "## Where", "", *_fenced("\n".join(found.frames)))
    if found.stack_trace:
        yield from ("", "## Stack trace", "", *_fenced(found.stack_trace))
    if found.occurrences:
        yield from ("", "## Last errors", "")
    for one in found.occurrences[:OCCURRENCES]:
        ids = [
            f"{name} {_code(id)}"
            for name, id in (("request", one.request_id), ("trace", one.trace_id))
            if id
        ]
        yield f"- {_moment(one.at)}, {', '.join([*ids, f'line {one.line_id}'])}"


def _facts(group: ErrorGroup) -> Iterator[tuple[str, str]]:
    yield "Error", _code(group.id)
    yield "Type", _code(group.error_type)
    yield "Logger", _code(group.logger)
    yield "State", group.state
    yield "Times", f"{group.count:,}"
    yield "People", f"{group.people:,}"
    first, last = _moment(group.first_seen_at), _moment(group.last_seen_at)
    yield "First seen", f"{first} in {_code(group.first_release)}"
    yield "Last seen", f"{last} in {_code(group.last_release)}"
    if group.reopened_at is not None:
        release = _code(group.reopened_release)
        yield "Came back", f"{_moment(group.reopened_at)} in {release}"


def _told(touched: Iterable[Touched]) -> str:
    some = [f"{_code(one.name)} ({one.count:,})" for one in touched]
    shown = ", ".join(some[:TOUCHED])
    more = len(some) - TOUCHED
    return (f"{shown}, and {more} more" if more > 0 else shown) or "none"


def _moment(at: datetime) -> str:
    return render_time(at, timespec="seconds")


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _code(text: str) -> str:
    """Return a text as code, whatever ticks are in it; empty for none."""
    if not text:
        return ""
    ticks = "`" * (1 + _longest(text))
    space = " " if "`" in text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _fenced(text: str) -> tuple[str, str, str]:
    fence = "`" * max(3, 1 + _longest(text))
    return fence, text.rstrip(), fence


def _longest(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
