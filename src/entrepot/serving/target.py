"""The application in a worker of `entrepot serve`; importing it is the start.

The worker dies with its server, and drops clients that read nothing.
"""

from __future__ import annotations

import multiprocessing
import signal

from entrepot.base import lifeline
from entrepot.serving import slow_clients

_server = multiprocessing.parent_process()
if _server is not None and _server.pid is not None:
    lifeline.die_with(_server.pid, signal.SIGKILL)

from entrepot.serving.loading import load  # noqa: E402  # first the lifeline

app = load(by_serve=True)
slow_clients.watch()

__all__ = ["app"]
