"""How much memory this process has had."""

from __future__ import annotations

import resource
import sys

_SHIFT = 0 if sys.platform == "darwin" else 10
"""The system counts it in bytes there, in KiB elsewhere."""


def peak_bytes() -> int:
    """Return the most memory that this process has ever had; it takes half a µs."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << _SHIFT
