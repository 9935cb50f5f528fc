"""CPU a request of being told of: its id, headers, event, access line.

    python benchmarks/request_hook.py [--requests 4000] [--rounds 7]

Whole requests go through the application and, in turns, through the same application
without its outermost station; the median of the differences is what it costs, with the
event, all that hear it and the line's way into the log. The target is 30 µs. Beside it:
the same with nobody listening, and a peer that does a part of it with Flask's own hooks
and `logging` (an id, nine headers, a line through QueueHandler).
"""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import queue
import statistics
import tempfile
import time
import uuid
from dataclasses import dataclass

from flask import Flask, Response, g, request
from werkzeug.test import EnvironBuilder

from entrepot.app import create_app
from entrepot.base import events
from entrepot.composition import build_house
from entrepot.web.requests import HEADERS

PATH = "/api/plain"


def build(folder: str) -> Flask:
    """Make an application with an empty view."""
    environ = {
        "ENTREPOT_HOME": folder,
        "CONFIG_DIR": folder,
        "LOG_DB_PATH": f"{folder}/logs.db",
    }
    app = create_app(build_house(environ), is_open=True)
    app.add_url_rule(PATH, "plain", lambda: Response(b"in"))
    return app


def peer_costs(times: int, rounds: int) -> Costs:
    """Return what such hooks cost where Flask and `logging` do it."""
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    logger = logging.getLogger("peer")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.handlers.QueueHandler(lines))  # type: ignore[arg-type]
    bare, hooked = Flask("bare"), Flask("hooked")
    for app in (bare, hooked):
        app.add_url_rule(PATH, "plain", lambda: Response(b"in"))

    @hooked.before_request
    def begin() -> None:
        g.begun, g.id = time.perf_counter(), uuid.uuid4().hex

    @hooked.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.id
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        spent = 1000 * (time.perf_counter() - g.begun)
        logger.info(
            "%s %s %s", request.method, request.path, response.status_code,
            extra={"request_id": g.id, "duration_ms": spent},
        )  # fmt: skip
        return response

    return compare(hooked.wsgi_app, bare.wsgi_app, times, rounds)


def ask_us(application: object, times: int) -> float:
    """Return the CPU microseconds of this thread for one request."""
    environ = EnvironBuilder(PATH).get_environ()

    def start(status: str, headers: object, error: object = None) -> None:
        assert status == "200 OK"

    begun = time.thread_time()
    for _ in range(times):
        for _piece in application(dict(environ), start):  # type: ignore[operator]
            pass
    return 1e6 * (time.thread_time() - begun) / times


@dataclass(frozen=True, slots=True)
class Costs:
    """Microseconds that one application takes more than another.

    Attributes:
        median: Of the differences of turns that followed each other.
        least: Of the quickest turns of each: whatever else runs only makes it more.
        whole: The quickest turn of the first.
    """

    median: float
    least: float
    whole: float

    def __str__(self) -> str:
        return f"{self.median:6.1f} µs, in the quickest turns {self.least:5.1f} µs"


def compare(one: object, other: object, times: int, rounds: int) -> Costs:
    """Return what one application costs more than the other."""
    ask_us(one, 200), ask_us(other, 200)
    pairs = []
    for _ in range(rounds * 10):  # in small turns: the machine is busy with others, too
        pairs.append((ask_us(one, times // 10), ask_us(other, times // 10)))
    ones, others = zip(*pairs, strict=True)
    median = statistics.median(a - b for a, b in pairs)
    return Costs(median, min(ones) - min(others), min(ones))


def main() -> None:
    """Print what the hook costs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=4000)
    asked.add_argument("--rounds", type=int, default=7)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = build(folder)
        hooked = app.wsgi_app
        inner = hooked._app  # type: ignore[attr-defined]  # what it stands around
        ours = compare(hooked, inner, given.requests, given.rounds)
        print(f"hook and line  {ours}, of {ours.whole:.0f} µs a request")
        heard, events._listeners[:] = list(events._listeners), []
        print(f"hook alone     {compare(hooked, inner, given.requests, given.rounds)}")
        events._listeners[:] = heard
        app.extensions["house"].close()
    peer = peer_costs(given.requests, given.rounds)
    print(f"peer's hooks   {peer}: {peer.median / ours.median:.1f} × ours")


if __name__ == "__main__":
    main()
