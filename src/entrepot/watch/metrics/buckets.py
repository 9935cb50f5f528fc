"""The bounds of histograms, as people set them."""

from __future__ import annotations

import math

from entrepot.base.errors import Invalid

MOST = 50

FINE = tuple(round(0.0005 * 1.25**n, 7) for n in range(53))
"""Bounds that are counted in beside those that are set: from half a millisecond to a
minute, each a quarter above the one before, for percentiles over months."""


def parse_buckets(text: str) -> tuple[float, ...]:
    """Return the upper bounds in seconds, lowest first.

    Raises:
        Invalid: They are not numbers above zero in ascending order, or too many.
    """
    try:
        bounds = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise _wrong(text) from None
    is_right = all(0 < bound < math.inf for bound in bounds)
    if not (is_right and 0 < len(bounds) <= MOST) or list(bounds) != sorted({*bounds}):
        raise _wrong(text)
    return bounds


def with_fine(bounds: tuple[float, ...]) -> tuple[float, ...]:
    """Return bounds with the fine ones among them."""
    return tuple(sorted({*bounds, *FINE}))


def _wrong(text: str) -> Invalid:
    return Invalid(
        f"METRICS_BUCKETS must be at most {MOST} numbers of seconds above 0, ascending "
        f"and with commas between; not {text[:100]!r}",
        hint="for example 0.01,0.05,0.1,0.5,1,2,5",
    )
