"""The server process below the supervisor: it prepares the house, then is Granian."""

from __future__ import annotations

import signal
import sys

from entrepot.accounts import warn_if_nobody
from entrepot.app import load_faces, prepare
from entrepot.base import lifeline
from entrepot.base.settings import Settings
from entrepot.cli import reporting
from entrepot.composition import build_house, configured
from entrepot.serving import settings as knobs
from entrepot.serving import stderr, tls
from entrepot.serving.address import choose_open
from entrepot.web import settings as web_knobs

LOGS = {
    "formatters": {"generic": {"format": "entrepot %(levelname)s: %(message)s"}},
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler"},
    },
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}
"""Granian's own lines, to stderr; there is no access log."""


def main(supervisor_pid: int) -> None:
    """Serve until a signal comes."""
    lifeline.die_with(supervisor_pid, signal.SIGTERM)
    with reporting(), stderr.listening():
        house = build_house()
        load_faces(house.settings)  # before the fork: workers start with them at once
        prepare(house)
        house = configured(house)
        stderr.tell_skipped(house.settings)
        if not choose_open(house.settings, by_serve=True):
            warn_if_nobody(house)
        house.close()
    _serve(house.settings)


def _serve(settings: Settings) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    files = tls.read_files(settings)
    Server(
        "entrepot.serving.target:app",
        address=settings[web_knobs.HOST],
        port=settings[web_knobs.PORT],
        interface=Interfaces.WSGI,
        workers=settings[knobs.WORKERS],
        blocking_threads=settings[knobs.THREADS],
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=512,  # connections, idle ones too; requests wait for a thread
        log_level=LogLevels.error,
        log_dictconfig=LOGS,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        ssl_cert=files.cert if files else None,
        ssl_key=files.key if files else None,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
