"""Percentiles out of counts by size."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping

from entrepot.watch.metrics.buckets import FINE


def quantile(bins: Mapping[float, float], share: float) -> float | None:
    """Return the value that so large a share took at most; None of nothing.

    Between two bounds it is taken in proportion; beyond the last one it is that one.

    Args:
        bins: Counts by their upper bound, the last of which may be infinite.
    """
    bounds = sorted(bound for bound, count in bins.items() if count > 0)
    rank = share * sum(bins[bound] for bound in bounds)
    passed = 0.0
    for bound in bounds:
        count = bins[bound]
        if passed + count >= rank:
            if math.isinf(bound):
                return _below(bound, bins)
            low = _below(bound, bins)
            return low + (bound - low) * (rank - passed) / count
        passed += count
    return None


def _below(bound: float, bins: Mapping[float, float]) -> float:
    """Return the bound before one, of those that are counted in."""
    at = bisect_left(FINE, bound)
    fine = FINE[at - 1] if at else 0.0
    return max((b for b in bins if fine < b < bound), default=fine)
