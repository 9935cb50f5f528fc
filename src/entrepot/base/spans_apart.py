"""Steps of a child process, brought home to whoever started it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from entrepot.base import spans
from entrepot.base.spans import Kind, Part, Span

Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A span on its way between two processes of one machine.

    Attributes:
        at: When it began, in seconds since the epoch.
        above: Number of the step it is inside of; -1 for none.
    """

    kind: Kind
    name: str
    at: float
    seconds: float
    error: str = ""
    above: int = -1
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class Gathered:
    """What a block did; its steps are there when it has ended."""

    steps: list[Step] = field(default_factory=list)

    def samples(self) -> bool:
        """Tell that it is wanted."""
        return True

    def take(self, part: Part) -> None:
        """Keep what was done."""
        found = part.spans
        numbers = {id(span): number for number, span in enumerate(found)}
        for span in found:
            above = numbers.get(id(span.parent), -1)
            self.steps.append(_step(part, span, above))


@contextmanager
def gathered() -> Iterator[Gathered]:
    """Gather the steps of the block, for another process to take on."""
    found = Gathered()
    stop = spans.collect(found)
    try:
        with spans.part("work", "apart"):
            yield found
    finally:
        stop()


def adopt(steps: list[Step]) -> None:
    """Put steps of a child below what runs here."""
    above = spans.current()
    if above is None:
        return
    part, made = above.part, list[Span]()
    for step in steps:
        if len(part.steps) >= spans.MOST_SPANS:
            part.lost += len(steps) - len(made)
            return
        parent = made[step.above] if 0 <= step.above < len(made) else above
        span = Span(part, parent, step.kind, step.name, dict(step.facts))
        span.began = part.began + step.at - part.at
        span.ended, span.error = span.began + step.seconds, step.error
        part.steps.append(span)
        made.append(span)


def _step(part: Part, span: Span, above: int) -> Step:
    return Step(
        kind=span.kind,
        name=span.name,
        at=part.at + span.began - part.began,
        seconds=span.seconds,
        error=span.error,
        above=above,
        facts={name: _fact(value) for name, value in span.facts.items()},
    )


def _fact(value: object) -> Fact:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
