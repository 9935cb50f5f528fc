"""Children that do not outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with(parent_pid: int, deadly: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(deadly))
    if os.getppid() != parent_pid:  # it died before we asked
        os.kill(os.getpid(), deadly)
