"""Durations in bins: each is a tenth longer than the one before it."""

from __future__ import annotations

import math

GROWTH = 1.1
SHORTEST_MS = 0.01
_SCALE = 1 / math.log(GROWTH)


def bin_of(milliseconds: float) -> int:
    """Return the number of the bin that a duration falls into, 0 for the shortest."""
    if milliseconds <= SHORTEST_MS:
        return 0
    return math.ceil(math.log(milliseconds / SHORTEST_MS) * _SCALE)


def middle_ms(number: int) -> float:
    """Return the duration that stands for a bin: right to a twentieth."""
    return SHORTEST_MS * GROWTH ** (number - 0.5) if number else SHORTEST_MS
