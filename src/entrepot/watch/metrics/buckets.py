"""The bounds of histograms, as people set them."""

from __future__ import annotations

import math

from entrepot.base.errors import Invalid

MOST = 50


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


def _wrong(text: str) -> Invalid:
    return Invalid(
        f"METRICS_BUCKETS must be at most {MOST} numbers of seconds above 0, ascending "
        f"and with commas between; not {text[:100]!r}",
        hint="for example 0.01,0.05,0.1,0.5,1,2,5",
    )
