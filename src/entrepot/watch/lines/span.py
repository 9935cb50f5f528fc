"""A stretch of time as a stretch of the log: minutes, and the numbers in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from entrepot.watch.lines.reading import Reading
from entrepot.watch.spec import Wanted

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC, microsecond=0)


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers of lines, both ends included; empty where the first is the greater."""

    first: int
    last: int

    def within(self, *, before: int | None, after: int | None) -> Span:
        """Return the part of it between two numbers, neither included."""
        first = self.first if after is None else max(self.first, after + 1)
        last = self.last if before is None else min(self.last, before - 1)
        return Span(first, last)


def minute_of(at: datetime) -> int:
    """Return the minute since the epoch in which a moment lies."""
    return (at - EPOCH) // timedelta(minutes=1)


def render_time(at: datetime) -> str:
    """Return a moment as lines have it: the first millisecond not before it."""
    late = timedelta(milliseconds=-(-at.microsecond // 1000))
    at = min(at.replace(microsecond=0), LAST) + late if at < LAST else LAST
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def span_of(reading: Reading, wanted: Wanted) -> Span:
    """Return between which numbers the lines of a time and of levels lie.

    It is wider where a clock went back, or where several processes wrote at once.
    """
    texts, values = minute_conditions(wanted)
    found = reading.row(
        f"SELECT min(first_id), max(last_id) FROM log_minutes WHERE {texts}", values
    )
    if found is None or found[0] is None:
        return Span(1, 0)
    return Span(found[0], found[1])


def minute_conditions(
    wanted: Wanted,
) -> tuple[str, dict[str, str | int | float | None]]:
    """Return what minutes must be for lines in them to be wanted."""
    texts, values = ["1"], dict[str, str | int | float | None]()
    if wanted.since is not None:
        texts.append("minute >= :minute_from")
        values["minute_from"] = minute_of(wanted.since)
    if wanted.until is not None:
        texts.append("minute <= :minute_to")
        values["minute_to"] = minute_of(wanted.until)
    if wanted.levels:
        names = {f"minute_level{n}": level for n, level in enumerate(wanted.levels)}
        texts.append(f"level IN ({', '.join(f':{name}' for name in names)})")
        values |= names
    return " AND ".join(texts), values
