"""Parts of traces on their way into the file: rendered where they are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.json import Encoder

from entrepot.base.acting import Actor
from entrepot.base.spans import Part, Span
from entrepot.watch.log.redact import clean, clean_named
from entrepot.watch.log.rows import Row
from entrepot.watch.log.text import bounded, plain
from entrepot.watch.traces.asked import asked_facts
from entrepot.watch.traces.shapes import Shape, shape_of

NOBODY = ("system", "anonymous")
NAME_CHARACTERS = 300
SPAN_BYTES, PART_BYTES = 400, 1_500
"""What they take of memory while they wait, on the average."""
_json = Encoder(enc_hook=str).encode
_MASK = (1 << 64) - 1


@dataclass(slots=True)
class Rendered:
    """A part as rows.

    Attributes:
        row: Of `parts`, without its number.
        spans: Of `spans`, each without the part's number.
    """

    row: Row
    spans: list[Row] = field(default_factory=list)
    shapes: dict[int, Shape] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Kept:
    """A part that is kept, and why.

    Attributes:
        facts: What a request brought, not redacted yet.
        rendered: None until it is looked at.
    """

    part: Part
    who: Actor
    why: str
    facts: Mapping[str, object]
    rendered: Rendered | None = None

    def rows(self) -> Rendered:
        """Return the part as rows, without secrets."""
        if self.rendered is None:
            self.rendered = _render(self)
        return self.rendered


def prepare(entries: Sequence[Kept]) -> list[Kept]:
    """Render parts, in the writer's thread."""
    for entry in entries:
        entry.rows()
    return list(entries)


def weight_of(entry: Kept) -> int:
    """Return about how many bytes a part takes."""
    return PART_BYTES + SPAN_BYTES * len(entry.part.steps)


def span_id_of(root: str, number: int) -> str:
    """Return the id of a step that nobody asked for its own."""
    return f"{(int(root, 16) + number) & _MASK or 1:016x}"


def system_of(span: Span) -> str:
    """Return the dialect of a statement; empty for our own database."""
    found = span.facts.get("system", "")
    return found if isinstance(found, str) else ""


def shape_of_span(span: Span) -> Shape | None:
    """Return the shape of a statement; None for another step, or one without SQL."""
    sql = span.facts.get("sql")
    return shape_of(sql, system_of(span)) if isinstance(sql, str) else None


def told_facts(span: Span) -> dict[str, object]:
    """Return a step's facts without secrets, and without its SQL."""
    told = plain({n: v for n, v in span.facts.items() if n != "sql" and v is not None})
    return clean_named(told) if isinstance(told, dict) else {}


def _render(entry: Kept) -> Rendered:
    part = entry.part
    numbers = {id(span): number for number, span in enumerate(part.spans, 1)}
    shapes: dict[int, Shape] = {}
    spans, asked = [], Counter[tuple[int, int]]()
    statements, statement_seconds = 0, 0.0
    ended = part.ended
    for number, span in enumerate(part.spans, 1):
        parent = numbers.get(id(span.parent), 0)
        shape = shape_of_span(span)
        if span.kind == "statement":
            statements += 1
            statement_seconds += (span.ended or ended) - span.began
        if shape is not None:
            shapes[shape.id] = shape
            asked[parent, shape.id] += shape.is_asking
        spans.append(_span_row(part, span, number, parent, shape))
    repeated = max(asked.values(), default=0)
    counted = (statements, round(statement_seconds * 1000, 3), repeated)
    row = _part_row(entry, counted)
    return Rendered(row, spans, shapes, tuple(dict.fromkeys(part.subjects)))


def _span_row(
    part: Part, span: Span, number: int, parent: int, shape: Shape | None
) -> Row:
    name = clean(bounded(span.name, NAME_CHARACTERS)) if span.name else None
    facts = told_facts(span)
    return (
        number,
        parent,
        span.kind,
        name,
        int((span.began - part.began) * 1_000_000),
        int(((span.ended or part.ended) - span.began) * 1_000_000),
        span.error or None,
        shape.id if shape is not None else None,
        span.id if span.has_id else None,
        _json(facts).decode() if facts else None,
    )


def _part_row(entry: Kept, counted: tuple[int, float, int]) -> Row:
    part, who = entry.part, entry.who
    is_request = part.kind == "request"
    asked = asked_facts(entry.facts) if is_request else told_facts(part)
    method, path = (part.facts.get(name) for name in ("method", "path"))
    path = clean(str(path)) if path else None
    is_failed = bool(part.error) or part.status >= 500
    name = f"{method} {path}" if is_request else part.name
    return (
        part.trace_id,
        part.id,
        part.caller_id or None,
        part.kind,
        bounded(str(name), NAME_CHARACTERS),
        part.at,
        (who.request_id or None) if is_request else None,
        who.job_id or None,
        method,
        part.name if is_request else None,
        path,
        part.status or None,
        part.error or None,
        round(part.seconds * 1000, 3),
        who.user_id,
        None if who.kind in NOBODY else clean(who.name),
        who.address or None,
        entry.why,
        int(is_failed),
        len(part.steps),
        part.lost,
        *counted,
        _json(asked).decode() if asked else None,
    )
