"""What a process holds while it writes."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

STATM = Path("/proc/self/statm")
STATUS = Path("/proc/self/status")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Linux counts in kilobytes, macOS in bytes.
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
WOBBLE_BYTES = 1 << 20
"""Linux counts pages late: no peak that is so little higher is a new one."""


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
        is_new = peak > self._peak + WOBBLE_BYTES
        most = peak if is_new else held_bytes()
        return {
            "peak_bytes": float(peak),
            "used_bytes": float(max(0, most - self._begun)),
        }


def peak_bytes() -> int:
    """Return the most this process ever held.

    Linux counts what its parent held at its start in `ru_maxrss`, but not here.
    """
    try:
        peak = STATUS.read_text().partition("VmHWM:")[2].split()[0]
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT_BYTES
    return int(peak) * 1024


def held_bytes() -> int:
    """Return what this process holds; the most it did where nobody tells."""
    try:
        return int(STATM.read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return peak_bytes()
