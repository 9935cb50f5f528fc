"""A trace as it is drawn: bars on one scale of time, and the step that is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.watch.traces.spec import Hint, SpanSeen, Trace

WIDE = 1000
"""Units of the drawing's width."""
DEEPEST = 7
"""Steps further inside are not moved in any more."""
SERIES = {
    "request": "s1",
    "statement": "s2",
    "export": "s3",
    "call": "s4",
    "job": "s5",
    "work": "s6",
    "command": "s7",
}
TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step's line.

    Attributes:
        x, width: Of its bar.
        note: Behind its name: where it was, or what kind of step it is.
        is_marked: A hint is about it.
    """

    span: SpanSeen
    series: str
    depth: int
    x: float
    width: float
    note: str
    is_marked: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A waterfall.

    Attributes:
        ticks: Words below the scale, from its begin to its end.
        chosen: The step beside it: the one asked for, or the first.
        share: Of the whole that it took, in percent.
        hints: About the chosen step.
    """

    bars: list[Bar]
    ticks: list[str]
    chosen: SpanSeen
    share: float
    hints: list[Hint]


def draw(trace: Trace, chosen_id: str) -> Drawn:
    """Return a trace's drawing with one step chosen."""
    whole = trace.duration_ms or 1.0
    by_id = {span.span_id: span for span in trace.spans}
    chosen = by_id.get(chosen_id, trace.spans[0])
    marked = {hint.span_id for hint in trace.hints}
    bars = [
        Bar(
            span=span,
            series=SERIES.get(span.kind, "s8"),
            depth=min(span.depth, DEEPEST),
            x=_bounded(WIDE * span.begins_ms / whole),
            width=max(2.0, _bounded(WIDE * span.duration_ms / whole)),
            note=_note(span),
            is_marked=span.span_id in marked,
            is_chosen=span is chosen,
        )
        for span in trace.spans
    ]
    return Drawn(
        bars=bars,
        ticks=[_tick(whole * n / TICKS) for n in range(TICKS)] + [f"{whole:,.0f} ms"],
        chosen=chosen,
        share=min(100.0, 100 * chosen.duration_ms / whole),
        hints=[hint for hint in trace.hints if hint.span_id == chosen.span_id],
    )


def _note(span: SpanSeen) -> str:
    connection = span.facts.get("connection")
    if span.kind == "statement":
        return str(connection) if connection else "our own"
    return "" if span.kind == "request" else span.kind


def _bounded(value: float) -> float:
    return round(min(max(value, 0.0), WIDE), 1)


def _tick(milliseconds: float) -> str:
    return f"{milliseconds:,.0f}" if milliseconds >= 10 else f"{milliseconds:,.1f}"
