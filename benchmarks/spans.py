"""What gathering spans costs a request, and what asking a million of them takes.

    python benchmarks/spans.py [--requests 20000] [--rounds 7] [--spans 1000000]

A request of five steps goes by in turns with nobody gathering, with ours sampled out
(everything is gathered and thrown away, as of nine requests in ten), ours kept, and,
where OpenTelemetry's SDK is installed, with it sampled out and kept. What is printed is
CPU time of the thread above the same work with nobody gathering. Then a file gets a
million spans, and is asked for lists and for a trace: the target is 200 ms.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from entrepot.base import spans  # noqa: E402  # after the path is set
from entrepot.base.acting import SYSTEM  # noqa: E402
from entrepot.composition import build_house  # noqa: E402
from entrepot.watch.traces import service  # noqa: E402
from entrepot.watch.traces.kept import Kept  # noqa: E402
from entrepot.watch.traces.spec import WantedRequests  # noqa: E402
from entrepot.watch.traces.store import Tracing, trace_store  # noqa: E402

STEPS = 5
SQL = "SELECT id, name FROM products WHERE id = ?"
Request = Callable[[], None]


def ours() -> None:
    """Do a request of five steps as our rooms do."""
    part = spans.begin("request", "", "0" * 31 + "1")
    for _ in range(STEPS - 1):
        spans.add("statement", "", time.perf_counter(), sql=SQL)
    with spans.span("export", "file", format="csv"):
        pass
    if part is not None:
        part.status = 200
        part.tell(method="GET", path="/api/products")
        spans.end(part)


def theirs(share: float) -> Request | None:
    """Return the same with OpenTelemetry's SDK, kept in memory; None without it."""
    try:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
            InMemorySpanExporter,
        )
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError:
        return None
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)))
    provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))
    tracer = provider.get_tracer("benchmark")

    def ask() -> None:
        with tracer.start_as_current_span("GET") as whole:
            for _ in range(STEPS - 1):
                with tracer.start_as_current_span("statement") as step:
                    step.set_attribute("db.query.text", SQL)
            with tracer.start_as_current_span("export") as step:
                step.set_attribute("format", "csv")
            whole.set_attribute("http.request.method", "GET")
            whole.set_attribute("url.path", "/api/products")

    return ask


class Kinds:
    """Our collectors: one that keeps nothing, and the house's own."""

    def __init__(self, folder: str, share: str) -> None:
        environ = {"ENTREPOT_HOME": folder, "CONFIG_DIR": folder}
        environ["LOG_DB_PATH"] = f"{folder}/log.db"
        environ["ENTREPOT_WATCH_TRACES_SAMPLED_PERCENT"] = share
        self.house = build_house(environ)

    def __enter__(self) -> None:
        self.tracing = Tracing(self.house)

    def __exit__(self, *error: object) -> None:
        self.tracing.close()
        trace_store(self.house).flush(60)


def cost(ask: Request, times: int) -> float:
    """Return the CPU microseconds of this thread for one request."""
    begun = time.thread_time()
    for _ in range(times):
        ask()
    return 1e6 * (time.thread_time() - begun) / times


def compare(requests: int, rounds: int) -> None:
    """Print what each way costs above the work itself."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        never, always = Kinds(one, "0"), Kinds(other, "100")
        for _ in range(rounds):
            base = cost(ours, requests)
            with never:
                found.setdefault("ours, sampled out", []).append(
                    cost(ours, requests) - base
                )
            with always:
                found.setdefault("ours, kept", []).append(
                    cost(ours, requests // 10) - base
                )
            for name, share in (("sampled out", 0.0), ("kept", 1.0)):
                ask = theirs(share)
                if ask is not None:
                    told = found.setdefault(f"OpenTelemetry's SDK, {name}", [])
                    told.append(cost(ask, requests // 10) - base)
        never.house.close()
        always.house.close()
    for name, costs in found.items():
        print(
            f"{name:32} {statistics.median(costs):7.1f} µs a request of {STEPS} steps"
        )


def fill(house: object, count: int, each: int = 10) -> None:
    """Put so many spans into the house's file."""
    store = trace_store(house)  # type: ignore[arg-type]  # a house
    chance = random.Random(1)
    ages = count // each
    for n in range(ages):
        part = spans.Part(
            "request", f"view_{n % 40}", f"{chance.getrandbits(128):032x}"
        )
        part.at = time.time() - (ages - n) * 5
        part.status = 500 if n % 200 == 0 else 200
        part.tell(method="GET", path=f"/api/things/{n % 997}")
        for step in range(each):
            span = spans.Span(
                part, part, "statement", "", {"sql": f"{SQL} AND c{n % 50} = {step}"}
            )
            span.ended = span.began + chance.expovariate(500)
            part.steps.append(span)
        part.ended = part.began + chance.expovariate(20)
        store.put(Kept(part, SYSTEM, "sampled", {"query": f"page={n}"}))
        if n % 2_000 == 1_999:
            store.flush(120)
    store.flush(120)


def ask(name: str, question: Callable[[], object]) -> None:
    """Print how long the answer takes at the median and at worst."""
    took = []
    for _ in range(9):
        begun = time.perf_counter()
        question()
        took.append(1000 * (time.perf_counter() - begun))
    print(f"{name:32} {statistics.median(took):7.1f} ms, at worst {max(took):.1f}")


def million(count: int) -> None:
    """Print what a file of so many spans costs to be asked."""
    with tempfile.TemporaryDirectory() as folder:
        kind = Kinds(folder, "100")
        house = kind.house
        begun = time.process_time()
        fill(house, count)
        used = 1e6 * (time.process_time() - begun) / count
        path = trace_store(house).path
        size = path.stat().st_size
        print(f"{count:,} spans: {size / 1e6:.0f} MB, {used:.1f} CPU µs a span written")
        some = service.list_requests(house, limit=200).requests
        ask("list the newest", lambda: service.list_requests(house))
        for name, wanted in {
            "failed": WantedRequests(is_failed=True),
            "of an endpoint": WantedRequests(endpoint="view_7"),
            "of a path, as a beginning": WantedRequests(endpoint="/api/things/99*"),
            "that match nothing": WantedRequests(endpoint="/none", status="4xx"),
            "sent again and again": WantedRequests(is_repeating=True),
        }.items():
            ask(f"list those {name}", lambda w=wanted: service.list_requests(house, w))
        slow = WantedRequests(min_duration_ms=100)
        ask("list the slowest", lambda: service.list_slow(house, slow))
        ask("read a trace", lambda: service.get_trace(house, some[99].trace_id))
        house.close()


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--spans", type=int, default=1_000_000)
    given = asked.parse_args()
    compare(given.requests, given.rounds)
    if given.spans:
        million(given.spans)


if __name__ == "__main__":
    main()
