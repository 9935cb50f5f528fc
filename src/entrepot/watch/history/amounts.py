"""What a series did in a stretch of time, and how two such stretches add up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.watch.metrics.keys import Key, is_count, parse_key
from entrepot.watch.metrics.sheet import Rows

SeriesKey = tuple[str, tuple[str, ...]]
"""A metric's name, and the values of its labels in the metric's order."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What was counted, measured or read.

    Attributes:
        count: What was counted; of a gauge how often it was read.
        total: Of what was measured or read; None of a mere counter.
        bins: Of a histogram: counts by their upper bound, where there are any.
    """

    count: float
    total: float | None = None
    low: float | None = None
    high: float | None = None
    bins: Mapping[float, float] | None = None

    def plus(self, other: Amount) -> Amount:
        """Return both together."""
        return Amount(
            self.count + other.count,
            _sum(self.total, other.total),
            _least(self.low, other.low),
            _most(self.high, other.high),
            add_bins(self.bins, other.bins),
        )


Amounts = dict[SeriesKey, Amount]


def grown(before: Rows, after: Rows) -> Amounts:
    """Return what was counted between two looks; what did not grow is not there.

    A number that went down began again at zero in between.
    """
    found: Amounts = {}
    for text, numbers in after.items():
        if not is_count(text):
            continue
        earlier = _earlier(before.get(text), numbers)
        if earlier != numbers:
            key = parse_key(text)
            more = [now - then for now, then in zip(numbers, earlier, strict=True)]
            add(found, (key.name, key.labels), _amount(key, more))
    return found


def add(found: Amounts, key: SeriesKey, amount: Amount) -> None:
    """Add an amount to what is there."""
    there = found.get(key)
    found[key] = amount if there is None else there.plus(amount)


def add_bins(
    one: Mapping[float, float] | None, other: Mapping[float, float] | None
) -> Mapping[float, float] | None:
    """Return the counts of both by bound."""
    if one is None or other is None:
        return one if other is None else other
    both = dict(one)
    for bound, count in other.items():
        both[bound] = both.get(bound, 0.0) + count
    return both


def _earlier(
    before: tuple[float, ...] | None, numbers: tuple[float, ...]
) -> tuple[float, ...]:
    zero = (0.0,) * len(numbers)
    if before is None or len(before) != len(numbers):
        return zero
    went_down = any(now < then for now, then in zip(numbers, before, strict=True))
    return zero if went_down else before


def _amount(key: Key, numbers: list[float]) -> Amount:
    if not key.bounds:
        return Amount(numbers[0])
    bounds = (*key.bounds, math.inf)
    counts = {b: n for b, n in zip(bounds, numbers[:-1], strict=True) if n > 0}
    return Amount(sum(counts.values()), numbers[-1], bins=counts)


def _sum(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else one + other


def _least(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else min(one, other)


def _most(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else max(one, other)
