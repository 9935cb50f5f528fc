"""A stretch of time as a stretch of the log: minutes, and the numbers in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from entrepot.base.times import render_time
from entrepot.watch.lines.reading import Reading, Value
from entrepot.watch.spec import Wanted

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers of lines, both ends included; empty where the first is the greater."""

    first: int
    last: int

    def cut(self, other: Span) -> Span:
        """Return what is in both."""
        return Span(max(self.first, other.first), min(self.last, other.last))

    def __bool__(self) -> bool:
        """Tell whether there may be a line in it."""
        return self.first <= self.last


ALL = Span(0, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lines of a time are.

    Numbers follow the time, but not to the line: several processes write at once, and a
    clock may go back.

    Attributes:
        span: No line of the time is outside.
        sure: No line of another time is inside.
    """

    span: Span
    sure: Span

    def cut(self, span: Span) -> Place:
        """Return its part in a span."""
        return Place(self.span.cut(span), self.sure.cut(span))

    def parts(self) -> list[tuple[Span, bool]]:
        """Return its spans, newest first, and whether times must be compared there."""
        if not self.span:
            return []
        sure = self.sure.cut(self.span)
        if not sure:
            return [(self.span, True)]
        newer, older = (
            Span(sure.last + 1, self.span.last),
            Span(self.span.first, sure.first - 1),
        )
        return [
            part for part in ((newer, True), (sure, False), (older, True)) if part[0]
        ]


def minute_of(at: datetime) -> int:
    """Return the minute since the epoch in which a moment lies."""
    return (at - EPOCH) // MINUTE


def minute_before(at: datetime) -> int:
    """Return the minute of the last moment before this one."""
    return -((EPOCH - at) // MINUTE) - 1


def first_millisecond(at: datetime) -> str:
    """Return a moment as lines have it: the first millisecond not before it."""
    early = at.replace(microsecond=at.microsecond // 1000 * 1000)
    if early < at <= LAST - MILLISECOND:
        early += MILLISECOND
    return render_time(early)


def place_of(reading: Reading, wanted: Wanted) -> Place:
    """Return where lines of such a time and logger are."""
    wanted = Wanted(
        since=wanted.since,
        until=wanted.until,
        logger=wanted.logger,
        other_logger=wanted.other_logger,
        hidden_loggers=wanted.hidden_loggers,
    )
    if wanted == Wanted():
        return Place(ALL, ALL)
    where, values = minute_conditions(wanted)
    found = reading.row(
        f"SELECT min(first_id), max(last_id) FROM log_minutes WHERE {where}", values
    )
    if found is None or found[0] is None:
        return Place(Span(1, 0), Span(1, 0))
    return Place(Span(found[0], found[1]), _sure(reading, wanted))


def _sure(reading: Reading, wanted: Wanted) -> Span:
    first, last = ALL.first, ALL.last
    if wanted.since is not None:
        found = reading.row(
            "SELECT max(last_id) FROM log_minutes WHERE minute <= :minute",
            {"minute": minute_before(wanted.since)},
        )
        first = 1 + ((found and found[0]) or 0)
    if wanted.until is not None:
        found = reading.row(
            "SELECT min(first_id) FROM log_minutes WHERE minute >= :minute",
            {"minute": minute_of(wanted.until)},
        )
        last = ((found and found[0]) or ALL.last) - 1
    return Span(first, last)


def minute_conditions(wanted: Wanted) -> tuple[str, dict[str, Value]]:
    """Return what minutes must be for lines in them to be wanted."""
    texts, values = ["1"], dict[str, Value]()
    if wanted.since is not None:
        texts.append("minute >= :minute_from")
        values["minute_from"] = minute_of(wanted.since)
    if wanted.until is not None:
        texts.append("minute <= :minute_to")
        values["minute_to"] = minute_before(wanted.until)
    if wanted.levels:
        names = {f"level{n}": level for n, level in enumerate(wanted.levels)}
        texts.append(f"level IN ({', '.join(f':{name}' for name in names)})")
        values |= names
    for text, logger_values in logger_conditions(wanted):
        texts.append(text)
        values |= logger_values
    return " AND ".join(texts), values


def logger_conditions(wanted: Wanted) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield what a line's logger must be, and the values named there."""
    hidden = {f"hidden_logger{n}": v for n, v in enumerate(wanted.hidden_loggers)}
    others = {"other_logger": wanted.other_logger, **hidden}
    for name, logger in {"logger": wanted.logger, **others}.items():
        if logger:  # it, or one below it: `/` is what follows `.`
            claim = "NOT " if name in others else ""
            below = f"logger >= :{name}_below AND logger < :{name}_end"
            yield (
                f"{claim}(logger = :{name} OR {below})",
                {
                    name: logger,
                    f"{name}_below": f"{logger}.",
                    f"{name}_end": f"{logger}/",
                },
            )
