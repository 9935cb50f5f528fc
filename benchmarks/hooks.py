"""CPU a request of identity and limits: the hooks alone, and whole requests.

    python benchmarks/hooks.py [--requests 4000] [--rounds 5]

The first part calls the hooks inside a request, as Flask does. The second sends whole
requests through the application, with the limits and with all of them switched off, in
turns; the difference of the medians is what they cost. The target is 15 µs.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping

from flask import Flask, Response
from werkzeug.test import EnvironBuilder, run_wsgi_app

from entrepot.accounts import Caller, add_user, log_in
from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.web.limits import Limits

WIDE = {
    "ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT": "1000000000",
    "MAX_CONCURRENT_PER_IP": "10",
}
OFF = {
    "ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT": "0",
    "MAX_CONCURRENT_PER_IP": "0",
    "REQUEST_TIMEOUT": "0",
}
EMAIL, PASSWORD = "ada@example.com", secrets.token_urlsafe(12)
PLAIN, RATED = "/api/plain", "/api/data/rated"


def build(folder: str, variables: Mapping[str, str]) -> tuple[Flask, dict[str, str]]:
    """Make an application with two empty views, one of them counted a minute.

    Return it with what a request of somebody signed in has in its environ.
    """
    environ = {"ENTREPOT_HOME": folder, "CONFIG_DIR": folder, **variables}
    app = create_app(build_house(environ))
    for path in (PLAIN, RATED):
        app.add_url_rule(path, path, lambda: Response(b"in"))
    house, person = app.extensions["house"], {"email": EMAIL, "password": PASSWORD}
    add_user(house, role="analyst", **person)
    token = log_in(house, caller=Caller(), **person).access_token
    return app, {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
    }


def cpu_us(call: Callable[[], object], times: int) -> float:
    """Return the CPU microseconds of one call: the least of five means.

    Whatever else runs on the machine only makes it more.
    """
    means = []
    for _ in range(5):
        begun = time.process_time()
        for _ in range(times // 5):
            call()
        means.append(1e6 * (time.process_time() - begun) / (times // 5))
    return min(means)


def requests_us(app: Flask, asks: dict[str, str], path: str, times: int) -> float:
    """Return the CPU microseconds of one whole request, its answer closed."""
    builder = EnvironBuilder(path, environ_base=asks)
    environ = builder.get_environ()
    return cpu_us(lambda: run_wsgi_app(app, dict(environ), buffered=True), times)


def hooks_us(
    app: Flask, asks: dict[str, str], path: str, times: int
) -> dict[str, float]:
    """Return the CPU microseconds of each hook in a request."""
    told = {}
    with app.test_request_context(path, environ_base=asks):
        for hook in app.before_request_funcs[None]:
            name = f"{hook.__module__.removeprefix('entrepot.web.')}.{hook.__name__}"
            told[name] = cpu_us(hook, times)
        finish = next(f for f in app.after_request_funcs[None] if _is_limits(f))
        told["limits.finish"] = cpu_us(lambda: finish(Response(b"in")), times)
        told["limits.finish"] -= cpu_us(lambda: Response(b"in"), times)
        app.do_teardown_request()
    return told


def _is_limits(hook: object) -> bool:
    return isinstance(getattr(hook, "__self__", None), Limits)


def main() -> None:
    """Print the microseconds of hooks and requests."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=4000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        limited, unlimited = build(one, WIDE), build(other, OFF)
        for path in (PLAIN, RATED):
            for name, cost in hooks_us(*limited, path, given.requests).items():
                print(f"{path:16} {name:24} {cost:6.1f} µs")
            costs: tuple[list[float], list[float]] = ([], [])
            for _ in range(given.rounds):
                for side, asked_of in enumerate((limited, unlimited)):
                    costs[side].append(requests_us(*asked_of, path, given.requests))
            with_limits, without = map(statistics.median, costs)
            print(
                f"{path:16} whole request {with_limits:6.1f} µs, without limits "
                f"{without:6.1f} µs: {with_limits - without:5.1f} µs",
                flush=True,
            )
        for app, _ in (limited, unlimited):
            app.extensions["house"].close()


if __name__ == "__main__":
    main()
