"""Traces: put together, narrowed, and what stands out in them."""

from __future__ import annotations

import time

from entrepot.base import spans
from entrepot.operations.cleanup import list_cleanups
from entrepot.watch.metrics.reading import load_gauges
from entrepot.watch.traces import service
from entrepot.watch.traces.retention import DAY_SECONDS, TraceRetention
from entrepot.watch.traces.spec import WantedRequests
from entrepot.watch.traces.store import trace_store


def test_a_statement_five_times_stands_out(statements, traced):
    """By one step; four times is nobody's loop."""
    four, five = statements(4), statements(5)

    fine = service.get_trace(traced, four.trace_id)
    [hint] = service.get_trace(traced, five.trace_id).hints
    assert fine.hints == []
    assert (hint.kind, hint.count) == ("repeated", 5)
    assert hint.said.startswith("SELECT … FROM t was sent 5 times")
    wanted = WantedRequests(kind="", is_repeating=True)
    found = service.list_requests(traced, wanted).requests
    assert [one.trace_id for one in found] == [five.trace_id]


def test_a_slow_statement_stands_out(traced):
    """Where it took half of the whole, and a tenth of a second."""
    with spans.part("job", "work") as part:
        spans.add("statement", "", part.began - 0.3, sql="SELECT a FROM slow")
        part.began -= 0.3

    [hint] = service.get_trace(traced, part.trace_id).hints
    assert hint.kind == "slow"
    assert hint.said.startswith("SELECT … FROM slow took ")


def test_parts_of_several_processes_are_one_trace(traced):
    """A job stands below the step that asked for it."""
    with spans.part("request", "ask") as asked, spans.span("work", "submit"):
        asked_by = spans.traceparent()
    with spans.part("job", "work", traceparent=asked_by) as job:
        spans.add("statement", "", time.perf_counter(), sql="SELECT 1")

    trace = service.get_trace(traced, asked.trace_id)
    found = [(span.kind, span.depth, span.parent_id) for span in trace.spans]
    request, submit, work, statement = found
    assert [kind for kind, _, _ in found] == ["request", "work", "job", "statement"]
    assert [depth for _, depth, _ in found] == [0, 1, 2, 3]
    assert (request[2], submit[2], statement[2]) == (None, asked.id, job.id)
    assert work[2] == trace.spans[1].span_id
    assert len(trace.parts) == 2


def test_requests_are_narrowed_and_paged(traced):
    """Newest first, by endpoint, and from one page to the next."""
    for n in range(5):
        with spans.part("request", f"view_{n % 2}") as part:
            part.tell(method="GET", path=f"/v/{n}")
            part.status = 200 if n else 404

    def names(**wanted):
        found = service.list_requests(traced, WantedRequests(**wanted)).requests
        return [one.name for one in found]

    assert names() == [f"GET /v/{n}" for n in (4, 3, 2, 1, 0)]
    assert names(endpoint="view_1") == ["GET /v/3", "GET /v/1"]
    assert names(endpoint="view_*", status="4xx") == ["GET /v/0"]
    assert names(endpoint="/v/3*") == ["GET /v/3"]
    assert names(method="POST") == []
    first = service.list_requests(traced, limit=3)
    rest = service.list_requests(traced, before=first.older, limit=3)
    assert [one.path for one in rest.requests] == ["/v/1", "/v/0"]
    assert rest.older is None


def test_the_slowest_come_first(traced):
    """Those that took as long as asked for."""
    for milliseconds in (150, 900, 20):
        with spans.part("request", "view") as part:
            part.began -= milliseconds / 1000
            part.tell(method="GET", path=f"/{milliseconds}")

    wanted = WantedRequests(min_duration_ms=100)
    found = service.list_slow(traced, wanted).requests
    assert [one.path for one in found] == ["/900", "/150"]
    assert service.list_slow(traced).requests == []


def test_old_traces_go(traced, statements):
    """With their steps, and with what led to them."""
    part = statements(6)
    store = trace_store(traced)
    store.flush()
    assert service.get_trace(traced, part.trace_id).spans

    retention = TraceRetention(store.path, traced.settings)
    done = retention.clean(time.time() + 8 * 86_400)

    assert done.lines == 1
    assert service.list_requests(traced, WantedRequests(kind="")).requests == []


def test_a_file_that_is_deleted_is_made_anew(traced, statements):
    """What comes after it is kept."""
    statements(1)
    store = trace_store(traced)
    assert store.flush()
    store.path.unlink()

    part = statements(2)

    assert len(service.get_trace(traced, part.trace_id).spans) == 4


def test_a_file_that_is_no_database_is_set_aside(traced, statements):
    """And told of; the trace is in the new one."""
    path = trace_store(traced).path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"this is no database, but it is long enough to be one" * 100)

    part = statements(2)

    assert service.get_trace(traced, part.trace_id).spans
    assert len(list(path.parent.glob("traces.broken-*"))) == 1


def test_what_is_kept_is_told_and_cleaned_up(traced):
    """Spans by what began, the file's size; old ones go, young ones stay."""
    for kind in ("job", "command"):
        with spans.part(kind, "work") as part:
            part.at -= 40 * DAY_SECONDS if kind == "job" else 0
            spans.add("statement", "", part.began, sql="SELECT 1")
    clean_up = list_cleanups()["traces"].run

    assert clean_up(traced, 30, True) == 1
    assert gauge(traced, "spans") == [(("command",), 2), (("job",), 2)]
    assert gauge(traced, "size_bytes")[0][1] > 0
    assert clean_up(traced, 30, False) == 1
    assert gauge(traced, "spans") == [(("command",), 2)]


def test_without_a_file_nothing_is_told_or_made(house):
    """Neither by the gauges nor by who cleans up."""
    assert list_cleanups()["traces"].run(house, 30, False) == 0
    assert gauge(house, "spans") == []
    assert gauge(house, "size_bytes") == [((), 0)]
    assert not trace_store(house).path.exists()


def gauge(house, name):
    """Read a gauge of traces."""
    return list(load_gauges()[f"entrepot_trace_{name}"].read(house))
