"""Ports of loopback for the servers that tests start."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, cycle

FIRST, LAST = 10_240, 32_767
"""Below those that a system gives to whoever asks for any: no client has one of them.

https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html, ip_local_port_range
"""


def own_ports(worker: int, workers: int) -> range:
    """Return the ports that a worker of so many may use; no two share one."""
    return range(FIRST + worker, LAST + 1, workers)


def free_port() -> int:
    """Return a port that nobody has now, and that is given to nobody else soon."""
    for port in _ports:
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports go round")


def _in_turn() -> Iterator[int]:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = own_ports(number, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    start = random.randrange(len(ports))  # another run begins elsewhere
    return cycle(chain(ports[start:], ports[:start]))


_ports = _in_turn()
