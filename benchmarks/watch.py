"""CPU a request of all of watch: log, metrics, usage, errors, and traces not sampled.

    python benchmarks/watch.py [--requests 4000] [--rounds 7]

Whole requests go through the application with everything on, and in turns with nobody
who hears of them. What is counted is the CPU of the whole process, with the threads
that write: each turn ends when its lines are in the file. The target is 30 µs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial

from flask import Flask, Response
from werkzeug.test import EnvironBuilder

from entrepot.app import create_app
from entrepot.base import events, spans
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.watch.log.store import log_store

PATH = "/api/plain"
PIECES = 10
"""Turns of a round: the machine may be busy with others, too."""


def build(folder: str) -> Flask:
    """Make an application with an empty view, no trace of which is kept by chance."""
    environ = {
        "ENTREPOT_HOME": folder,
        "CONFIG_DIR": folder,
        "LOG_DB_PATH": f"{folder}/logs.db",
        "ENTREPOT_WATCH_TRACES_SAMPLED_PERCENT": "0",
    }
    house = build_house(environ)
    ensure(house)
    app = create_app(house, is_open=True)
    app.add_url_rule(PATH, "plain", lambda: Response(b"in"))
    return app


def cpu_us(app: Flask, times: int) -> float:
    """Return the CPU microseconds of this process for one request, its line written."""
    environ = EnvironBuilder(PATH).get_environ()

    def start(status: str, headers: object, error: object = None) -> None:
        assert status == "200 OK"

    begun = time.process_time()
    for _ in range(times):
        b"".join(app.wsgi_app(dict(environ), start))  # type: ignore[arg-type]  # all it calls
    assert log_store(app.extensions["house"]).flush(60)
    return 1e6 * (time.process_time() - begun) / times


def unheard(call: Callable[[], float]) -> float:
    """Return what a call returns while nobody hears of anything."""
    heard, collectors = list(events._listeners), list(spans._collectors)
    events._listeners[:], spans._collectors[:] = [], []
    try:
        return call()
    finally:
        events._listeners[:], spans._collectors[:] = heard, collectors


def main() -> None:
    """Print what watch costs a request."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=4000)
    asked.add_argument("--rounds", type=int, default=7)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = build(folder)
        ask = partial(cpu_us, app, given.requests // PIECES)
        ask(), unheard(ask)
        pairs = [(ask(), unheard(ask)) for _ in range(given.rounds * PIECES)]
        app.extensions["house"].close()
    told, bare = zip(*pairs, strict=True)
    median = statistics.median(one - other for one, other in pairs)
    least = min(told) - min(bare)
    print(f"all of watch  {median:5.1f} µs, in the quickest turns {least:5.1f} µs")
    print(f"of a request  {statistics.median(told):5.1f} µs, {min(told):5.1f} µs")


if __name__ == "__main__":
    main()
