"""How many lines came when."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from entrepot.base.house import House
from entrepot.watch.lines.found import (
    is_counted_by_minutes,
    marked_parts,
    question_of,
    whole_minutes,
)
from entrepot.watch.lines.narrowing import Question
from entrepot.watch.lines.reading import Reading, opened_log
from entrepot.watch.lines.span import EPOCH, Place, Span, place_of
from entrepot.watch.spec import Histogram, Level, Stretch, Wanted

SECONDS = 1.0
CHUNK = 50_000
STEPS_SECONDS = (
    *(1, 2, 5, 10, 15, 30),
    *(60 * n for n in (1, 2, 5, 10, 15, 30)),
    *(3600 * n for n in (1, 2, 3, 6, 12)),
)
DAY_SECONDS = 86_400
Counts = Counter[tuple[int, Level]]


def histogram(
    house: House,
    wanted: Wanted,
    *,
    since: datetime,
    until: datetime,
    stretches: int = 60,
) -> Histogram:
    """Count lines over a time, in at most so many stretches of a round length, and one.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read.
    """
    since = max(since, EPOCH)
    until = max(until, since)
    wanted = replace(wanted, since=since, until=until)
    step = _step(since, until, stretches)
    counts: Counts = Counter()
    is_exact = True
    with opened_log(house) as reading:
        if reading is not None:
            is_exact = _count(reading, wanted, step, counts)
    return Histogram(
        stretches=_drawn(counts, since, until, step),
        step_seconds=step,
        is_exact=is_exact,
    )


def _step(since: datetime, until: datetime, stretches: int) -> int:
    seconds = max(0.0, (until - since).total_seconds()) / stretches
    days = -(-int(seconds) // DAY_SECONDS) or 1
    return next((s for s in STEPS_SECONDS if s >= seconds), days * DAY_SECONDS)


def _count(reading: Reading, wanted: Wanted, step: int, counts: Counts) -> bool:
    """Count from the newest line on; return whether there was time for all."""
    question, place = question_of(reading, wanted), place_of(reading, wanted)
    if step % 60 == 0 and is_counted_by_minutes(question):
        counts += _by_minutes(reading, wanted, step)
        return True
    ends = time.monotonic() + SECONDS
    for part in _chunks(marked_parts(reading, question, place)):
        left = ends - time.monotonic()
        found = reading.within(left, partial(_counted, reading, question, part, step))
        if found is None:
            return False
        counts += found
    return True


def _chunks(places: Iterable[Place]) -> Iterator[Place]:
    for place in places:
        for last in range(place.span.last, place.span.first - 1, -CHUNK):
            yield place.cut(Span(last - CHUNK + 1, last))


def _by_minutes(reading: Reading, wanted: Wanted, step: int) -> Counts:
    where, values, cut = whole_minutes(wanted)
    # In the order of the table first: a third of the time that sorting all of it takes.
    minutes = (
        "SELECT minute, level, sum(lines) AS lines FROM log_minutes "
        f"WHERE {where} GROUP BY minute, level"
    )
    rows = reading.rows(
        f"SELECT minute * 60 / :step, level, sum(lines) FROM ({minutes}) GROUP BY 1, 2",
        values | {"step": step},
    )
    counts: Counts = Counter({(row[0], row[1]): row[2] for row in rows})
    for part in cut:
        question, place = Question(wanted=part), place_of(reading, part)
        counts += _counted(reading, question, place, step)
    return counts


def _counted(reading: Reading, question: Question, place: Place, step: int) -> Counts:
    ids, values = question.sql(place, columns=", timestamp, level")
    rows = reading.rows(
        "SELECT CAST(strftime('%s', timestamp) AS INTEGER) / :step, level, count(*) "
        f"FROM ({ids}) GROUP BY 1, 2",
        values | {"step": step},
    )
    return Counter({(row[0], row[1]): row[2] for row in rows})


def _drawn(
    counts: Counts, since: datetime, until: datetime, step: int
) -> list[Stretch]:
    first = int((since - EPOCH).total_seconds()) // step
    last = max(first, -(-int((until - EPOCH).total_seconds()) // step) - 1)
    found: dict[int, dict[Level, int]] = {}
    for (place, level), lines in counts.items():
        found.setdefault(place, {})[level] = lines
    return [
        Stretch(at=EPOCH + timedelta(seconds=place * step), counts=found.get(place, {}))
        for place in range(first, last + 1)
    ]
