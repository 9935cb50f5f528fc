"""How much memory this process holds, and the most that it ever held."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

STATM = Path("/proc/self/statm")
STATUS = Path("/proc/self/status")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Linux counts in kilobytes, macOS in bytes.
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


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
    with held() as now_held:
        return now_held()


@contextmanager
def held() -> Iterator[Callable[[], int]]:
    """Give what tells, in 2 µs, how much this process holds at that moment.

    Where nobody tells it is the most the process ever held.
    """
    try:
        handle = os.open(STATM, os.O_RDONLY)
    except OSError:
        yield peak_bytes
        return
    try:
        yield lambda: int(os.pread(handle, 128, 0).split()[1]) * PAGE_BYTES
    finally:
        os.close(handle)
