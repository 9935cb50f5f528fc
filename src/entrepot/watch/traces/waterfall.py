"""A trace put together: which step is inside of which, and what stands out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from entrepot.watch.traces.kept import span_id_of
from entrepot.watch.traces.reading import (
    REPEATS,
    place_of,
    steps_of,
    usual_ms,
)
from entrepot.watch.traces.spec import Hint, RequestSeen, SpanSeen, Trace

MOST_STEPS = 3_000
"""Of one trace so many are shown."""
MOST_HINTS = 10
SLOW_MS = 100.0
"""A step that takes half of the trace is slow from here on."""
ENOUGH_STEPS = 20
"""So many of a statement tell what is usual."""


@dataclass(slots=True, eq=False)
class _Step:
    """A step while the trace is put together."""

    span: SpanSeen
    shape: int | None = None
    is_asking: bool = False
    inside: list[_Step] = field(default_factory=list)

    @property
    def ends_ms(self) -> float:
        """Return when it ended, after the trace began."""
        return self.span.begins_ms + self.span.duration_ms


def put_together(
    connection: sqlite3.Connection, trace_id: str, parts: list[RequestSeen]
) -> Trace:
    """Return a trace of its parts, which are not none, oldest first."""
    tops, is_cut = _tops(connection, parts)
    steps = list(_walk(tops, 0))
    critical: set[int] = set()
    for top in tops:
        _mark_waited(top, critical)
    ends = max((step.ends_ms for step in steps), default=0.0)
    spans = [_shown(step, id(step) in critical) for step in steps]
    return Trace(
        trace_id=trace_id,
        timestamp=parts[0].timestamp,
        duration_ms=round(ends, 3),
        parts=parts,
        spans=spans,
        hints=find_hints(steps, ends, lambda shape: usual_ms(connection, shape)),
        is_cut=is_cut,
    )


def _tops(
    connection: sqlite3.Connection, parts: Sequence[RequestSeen]
) -> tuple[list[_Step], bool]:
    """Return the steps that are inside of none, with all others inside of them."""
    places = [place_of(connection, part.id) for part in parts]
    begin = min(place.at for place in places)
    by_id: dict[str, _Step] = {}
    roots: list[tuple[str, _Step]] = []
    left, is_cut = MOST_STEPS, False
    for number, (part, place) in enumerate(zip(parts, places, strict=True)):
        rows = steps_of(connection, part.id, left)
        left -= len(rows)
        is_cut = is_cut or place.lost > 0 or len(rows) < part.spans
        offset = (place.at - begin) * 1000
        root = _root(part, number, place.root_id, offset)
        roots.append((place.caller_id, root))
        by_id[place.root_id] = root
        _add_steps(root, rows, by_id)
    tops = []
    for caller_id, root in roots:
        above = by_id.get(caller_id)
        if above is None or above is root:
            tops.append(root)
        else:
            root.span = replace(root.span, parent_id=caller_id)
            above.inside.append(root)
    return tops, is_cut


def _add_steps(
    root: _Step, rows: Sequence[sqlite3.Row], by_id: dict[str, _Step]
) -> None:
    numbered = {0: root}
    for row in rows:
        above = numbered.get(row["parent"], root)
        step = _step(row, root.span, above.span.span_id)
        numbered[row["number"]] = by_id[step.span.span_id] = step
        above.inside.append(step)


def _root(part: RequestSeen, number: int, id: str, offset: float) -> _Step:
    return _Step(
        SpanSeen(
            span_id=id,
            parent_id=None,
            part=number,
            depth=0,
            kind=part.kind,
            name=part.name,
            begins_ms=round(offset, 3),
            duration_ms=part.duration_ms,
            error=part.error,
        )
    )


def _step(row: sqlite3.Row, root: SpanSeen, parent_id: str) -> _Step:
    facts = json.loads(row["facts"]) if row["facts"] else {}
    span = SpanSeen(
        span_id=row["span_id"] or span_id_of(root.span_id, row["number"]),
        parent_id=parent_id,
        part=root.part,
        depth=0,
        kind=row["kind"],
        name=row["name"] or row["statement"] or row["kind"],
        begins_ms=round(root.begins_ms + row["began"] / 1000, 3),
        duration_ms=row["took"] / 1000,
        error=row["error"],
        sql=row["sql"],
        facts=facts,
    )
    return _Step(span, row["shape"], bool(row["is_asking"]))


def _walk(steps: list[_Step], depth: int) -> Iterator[_Step]:
    """Yield steps, below each what is inside of it, in the order they began."""
    waiting = [(step, depth) for step in _reversed(steps)]
    while waiting:
        step, depth = waiting.pop()
        step.span = replace(step.span, depth=depth)
        yield step
        waiting += [(inner, depth + 1) for inner in _reversed(step.inside)]


def _reversed(steps: list[_Step]) -> list[_Step]:
    return sorted(steps, key=lambda step: step.span.begins_ms, reverse=True)


def _mark_waited(top: _Step, marked: set[int]) -> None:
    """Find the steps that nothing else ran beside: walk back from each one's end."""
    waiting = [top]
    while waiting:
        step = waiting.pop()
        marked.add(id(step))
        until = step.ends_ms
        for inner in sorted(step.inside, key=lambda s: s.ends_ms, reverse=True):
            if inner.ends_ms <= until + 0.001:
                until = inner.span.begins_ms
                waiting.append(inner)


def _shown(step: _Step, is_waited_for: bool) -> SpanSeen:
    return replace(step.span, is_waited_for=is_waited_for)


def find_hints(
    steps: Sequence[_Step], whole_ms: float, usual: Callable[[int], list[float]]
) -> list[Hint]:
    """Return what stands out, what takes longest first.

    Args:
        usual: Returns how long a statement took lately, the quickest first.
    """
    found = [*_repeated(steps), *_slow(steps, whole_ms, usual)]
    return sorted(found, key=lambda hint: -hint.duration_ms)[:MOST_HINTS]


def _repeated(steps: Sequence[_Step]) -> Iterator[Hint]:
    same: dict[tuple[str | None, int], list[_Step]] = {}
    for step in steps:
        if step.shape is not None and step.is_asking:
            same.setdefault((step.span.parent_id, step.shape), []).append(step)
    for group in same.values():
        if len(group) >= REPEATS:
            took = sum(step.span.duration_ms for step in group)
            first = group[0].span
            said = (
                f"{first.name} was sent {len(group)} times by one step: "
                "ask once for all of them"
            )
            yield Hint(
                kind="repeated",
                span_id=first.span_id,
                said=said,
                count=len(group),
                duration_ms=round(took, 3),
            )


def _slow(
    steps: Sequence[_Step], whole_ms: float, usual: Callable[[int], list[float]]
) -> Iterator[Hint]:
    for step in steps:
        took = step.span.duration_ms
        if step.span.kind not in ("statement", "call") or took < SLOW_MS:
            continue
        lately = usual(step.shape) if step.shape is not None and step.is_asking else []
        said = f"{step.span.name} took {_share(took, whole_ms)} of the whole"
        if len(lately) >= ENOUGH_STEPS:
            median, p95 = lately[len(lately) // 2], lately[len(lately) * 95 // 100]
            if took > p95:
                said = f"Slower than usual: {said}"
            said += f"; it takes {median:,.1f} ms at the median and {p95:,.1f} at p95"
        elif took < whole_ms / 2:
            continue
        yield Hint(
            kind="slow",
            span_id=step.span.span_id,
            said=said,
            count=1,
            duration_ms=took,
        )


def _share(took: float, whole: float) -> str:
    return f"{min(100, round(100 * took / whole))} %" if whole else "all"
