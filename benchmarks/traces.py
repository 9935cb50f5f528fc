"""What asking a million spans takes: lists, filters, the slowest, a trace, the pages.

    python benchmarks/traces.py [--spans 1000000] [--rounds 9] [--keep FOLDER]

A hundred thousand requests of eight to ten spans lie over six days; one in two hundred
failed, one in a hundred sends a statement again and again, a few have 600 spans.
Each question is a request of the API or of a page, from the rules to the rendered
answer: the targets are 50 ms for a search and 200 ms for a page.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from entrepot.app import create_app  # noqa: E402  # after the path is set
from entrepot.base import spans  # noqa: E402
from entrepot.base.acting import Actor  # noqa: E402
from entrepot.base.house import House  # noqa: E402
from entrepot.composition import build_house  # noqa: E402
from entrepot.migrations import ensure  # noqa: E402
from entrepot.watch.traces import service  # noqa: E402
from entrepot.watch.traces.kept import Kept  # noqa: E402
from entrepot.watch.traces.store import trace_store  # noqa: E402

SQL = "SELECT id, name FROM products WHERE id = ?"
EACH = 10
APART_SECONDS = 5
ASKED = {
    "the newest": "/api/requests",
    "far back": "/api/requests?limit=200&before={middle}",
    "of a day": "/api/requests?start_date={day}&end_date={day}",
    "failed": "/api/requests?failed=true",
    "failed with a status": "/api/requests?failed=true&status=503",
    "of an endpoint": "/api/requests?endpoint=view_7",
    "of an endpoint, failed": "/api/requests?endpoint=view_7&failed=true",
    "of a path": "/api/requests?endpoint=/api/things/99*",
    "of somebody who asked nothing": "/api/requests?user_id=57",
    "of a method": "/api/requests?method=DELETE",
    "that took long": "/api/requests?min_duration_ms=250",
    "that took long, of an endpoint": (
        "/api/requests?min_duration_ms=150&endpoint=view_7"
    ),
    "repeating": "/api/requests?repeating=true",
    "that match nothing": "/api/requests?endpoint=/none&status=4xx",
    "with a status that none has": "/api/requests?status=418",
    "the slowest": "/api/requests/slow",
    "the slowest of a day": "/api/requests/slow?start_date={day}&end_date={day}",
    "the slowest above 100 ms": "/api/requests/slow?min_duration_ms=100",
    "the slowest of all": "/api/requests/slow?min_duration_ms=0",
    "one request": "/api/requests/{request}",
    "one trace": "/api/traces/{trace}",
    "one large trace": "/api/traces/{large}",
    "page: the list": "/traces",
    "page: the slowest of a week": "/traces?only=slow&range=7d",
    "page: a trace": "/traces/{trace}",
    "page: a large trace": "/traces/{large}",
}


def fill(house: House, count: int) -> None:
    """Put so many spans into the house's traces."""
    store, chance = trace_store(house), random.Random(1)
    begun, requests = time.time(), count // EACH
    for n in range(requests):
        at = begun - (requests - n) * APART_SECONDS
        who = Actor(kind="person", name="ada", user_id=n % 40, request_id=f"{n:016x}")
        store.put(Kept(request(n, at, chance), who, "sampled", {"query": f"page={n}"}))
        if n % 2_000 == 1_999:
            store.flush(120)
    store.flush(120)


def request(n: int, at: float, chance: random.Random) -> spans.Part:
    """Return a request with its steps."""
    part = spans.Part("request", f"view_{n % 40}", f"{chance.getrandbits(128):032x}")
    part.at = at
    part.status = chance.choice((500, 503)) if n % 200 == 0 else 200
    part.tell(method="POST" if n % 9 == 0 else "GET", path=f"/api/things/{n % 997}")
    steps = 600 if n % 5_000 == 77 else EACH - 2 + n % 3
    for step in range(steps):
        sql = SQL if n % 100 == 1 else f"{SQL} AND c{n % 50} = {step % 50}"
        span = spans.Span(part, part, "statement", "", {"sql": sql})
        span.ended = span.began + chance.expovariate(500)
        part.steps.append(span)
    part.ended = part.began + chance.lognormvariate(-4, 1.3)
    return part


def places(house: House) -> dict[str, str]:
    """Return what the addresses name."""
    found = service.list_requests(house, limit=200).requests
    every = service.list_requests(house, limit=20_000).requests
    large = max(every, key=lambda one: one.spans)
    middle = every[0].id // 2
    return {
        "middle": str(middle),
        "day": every[-1].timestamp[:10],
        "request": found[99].request_id or "",
        "trace": found[99].trace_id,
        "large": large.trace_id,
    }


def taken(ask: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of calls by the clock, and of the processor."""
    clock, busy = [], []
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.thread_time()
        ask()
        clock.append(1000 * (time.perf_counter() - begun))
        busy.append(1000 * (time.thread_time() - used))
    return clock, busy


def compare(house: House, rounds: int) -> None:
    """Print how long each question takes at the median and at worst."""
    named = places(house)
    client = create_app(house, is_open=True).test_client()
    searches: list[float] = []
    print(f"{'':32} {'ms':>7} {'worst':>7} {'CPU ms':>7} {'kB':>6}")
    for name, address in ASKED.items():
        url = address.format(**named)
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.text)
        clock, busy = taken(lambda url=url: client.get(url).data, rounds)
        if not name.startswith("page"):
            searches += clock
        print(
            f"{name:32} {statistics.median(clock):7.1f} {max(clock):7.1f} "
            f"{statistics.median(busy):7.1f} {len(answer.data) / 1000:6.0f}",
            flush=True,
        )
    p95 = sorted(searches)[len(searches) * 95 // 100]
    print(f"searches together: p50 {statistics.median(searches):.1f} ms, p95 {p95:.1f}")


def main() -> None:
    """Make the spans, ask, print what it took."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--spans", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument(
        "--keep", type=Path, help="where the files stay for the next run"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (given.keep or Path(folder)) / f"traces-{given.spans}.db"
        environ = {"ENTREPOT_HOME": folder, "CONFIG_DIR": folder}
        environ["ENTREPOT_WATCH_TRACES_DB_PATH"] = str(path)
        environ["ENTREPOT_WATCH_TRACES_SAMPLED_PERCENT"] = "0"
        with closing(build_house(environ)) as house:
            ensure(house)
            if not path.exists():
                begun = time.process_time()
                fill(house, given.spans)
                used = 1e6 * (time.process_time() - begun) / given.spans
                print(f"{used:.1f} CPU µs a span written")
            size = path.stat().st_size
            print(f"{given.spans:,} spans: {size / 1e6:.0f} MB")
            compare(house, given.rounds)


if __name__ == "__main__":
    main()
