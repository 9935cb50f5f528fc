"""Drop clients that read nothing: Granian has no time limit for writing."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator

LIMIT_MS = 60_000
TCP_USER_TIMEOUT = 18  # tcp(7); Python names it on Linux only

_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 30.0


def watch() -> None:
    """Set the limit on this process's listening socket once the server made it."""
    threading.Thread(target=_until_set, name="slow-clients", daemon=True).start()


def limit_listeners() -> int:
    """Set the limit on every listening TCP socket; return how many there are.

    A connection inherits it when it is accepted.
    """
    found = 0
    for listener in _listeners():
        listener.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, LIMIT_MS)
        found += 1
    return found


def _until_set() -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not limit_listeners() and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)


def _listeners() -> Iterator[socket.socket]:
    for name in os.listdir("/proc/self/fd"):
        try:
            copy = socket.socket(fileno=os.dup(int(name)))
        except OSError:
            continue  # not a socket, or closed since
        with copy:
            is_tcp = copy.family in (socket.AF_INET, socket.AF_INET6)
            if is_tcp and copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield copy
