"""What gathering spans costs a request.

    python benchmarks/spans.py [--requests 20000] [--rounds 7]

A request of five steps goes by in turns with nobody gathering, with ours sampled out
(everything is gathered and thrown away, as of nine requests in ten), ours kept, and,
where OpenTelemetry's SDK is installed, with it sampled out and kept. What is printed is
CPU time of the thread above the same work with nobody gathering. `traces.py` asks a
million of them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from entrepot.base import spans  # noqa: E402  # after the path is set
from entrepot.composition import build_house  # noqa: E402
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


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=7)
    given = asked.parse_args()
    compare(given.requests, given.rounds)


if __name__ == "__main__":
    main()
