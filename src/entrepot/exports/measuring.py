"""What a process holds while it writes."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

STATM = Path("/proc/self/statm")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Linux counts in kilobytes, macOS in bytes.
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


class Memory:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._begun = held_bytes()
        self._peak = peak_bytes()

    def measures(self) -> dict[str, float]:
        """Return the most the process ever held, and how much more it needed here.

        Where it held more before, what it needed here is what it holds more now.
        """
        peak = peak_bytes()
        most = peak if peak > self._peak else held_bytes()
        return {
            "peak_bytes": float(peak),
            "used_bytes": float(max(0, most - self._begun)),
        }


def peak_bytes() -> int:
    """Return the most this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT_BYTES


def held_bytes() -> int:
    """Return what this process holds; the most it did where nobody tells."""
    try:
        return int(STATM.read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return peak_bytes()
