"""The worker process: below the supervisor, or by itself as `entrepot worker`."""

from __future__ import annotations

import os
import signal
import sys
import threading

from entrepot.app import prepare
from entrepot.base import events, lifeline
from entrepot.cli import reporting
from entrepot.composition import build_house, configured
from entrepot.serving import stderr
from entrepot.watch.log.shown import show_lines


def main(supervisor_pid: int | None = None) -> None:
    """Do jobs until a signal comes; then what is in hand waits for another worker."""
    if supervisor_pid is not None:
        lifeline.die_with(supervisor_pid, signal.SIGTERM)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with reporting():
        _work(stopped)
    # Threads of jobs that do not end must not hold the process; all is given back.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _work(stopped: threading.Event) -> None:
    house = build_house()
    if not show_lines(house):
        events.listen(stderr.show)
    prepare(house)
    house = configured(house)
    from entrepot.jobs.engine.worker import work  # second-long: only here

    work(house, stopped)
    house.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
