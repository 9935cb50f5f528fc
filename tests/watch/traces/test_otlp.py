"""Traces that are sent to a collector of OpenTelemetry."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.serving.servers import until

from entrepot.base.errors import Invalid
from entrepot.composition import build_house
from entrepot.watch.traces import otlp
from entrepot.watch.traces.store import trace, trace_store


class Collector(BaseHTTPRequestHandler):
    """Remembers what it is sent."""

    def do_POST(self):
        """Take a batch; the first is refused where the server says so."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *told):
        """Say nothing."""


@pytest.fixture
def collector():
    """A collector on this machine; `got` is what came."""
    server = HTTPServer(("127.0.0.1", 0), Collector)
    server.got = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sending(environ, house, collector):
    """A house that sends its traces there."""
    url = f"http://127.0.0.1:{collector.server_port}"
    told = {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20tulips"}
    made = build_house(environ | told | {"OTEL_EXPORTER_OTLP_ENDPOINT": url})
    trace(made)
    yield made
    made.close()


def decoded(body):
    """The spans of a batch, by name."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTraceServiceRequest,
    )

    sent = ExportTraceServiceRequest.FromString(body)
    [resource] = sent.resource_spans
    return {span.name: span for one in resource.scope_spans for span in one.spans}


def test_kept_traces_reach_the_collector(sending, collector):
    """As its protocol has them: ids, times, what is inside of what, and no values."""
    from entrepot.base import spans

    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with spans.part("job", "work", traceparent=caller) as part:
        spans.add("statement", "", part.began, sql="SELECT 'tulips' FROM t", rows=2)
    trace_store(sending).flush()

    until(lambda: collector.got)
    [(path, headers, body)] = collector.got
    sent = decoded(body)
    whole, step = sent["work"], sent["SELECT … FROM t"]
    told = {one.key: one.value for one in step.attributes}
    assert (path, headers["authorization"]) == ("/v1/traces", "Bearer tulips")
    assert whole.trace_id.hex() == step.trace_id.hex() == part.trace_id
    assert whole.parent_span_id.hex() == "b7ad6b7169203331"
    assert step.parent_span_id == whole.span_id == bytes.fromhex(part.id)
    assert step.end_time_unix_nano >= step.start_time_unix_nano > 10**18
    assert told["db.query.text"].string_value == "SELECT ? FROM t"
    assert told["entrepot.rows"].int_value == 2
    assert b"tulips" not in body


def test_without_the_extra_the_start_says_what_to_install(environ, monkeypatch):
    """Rather than to lose every trace in silence."""
    monkeypatch.setattr(otlp, "_NEEDED", "opentelemetry.there.is.none.such")
    build_house(environ)

    with pytest.raises(Invalid, match="exporter is not installed") as refused:
        build_house(environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"})
    assert "entrepot[otel]" in refused.value.hint


def test_an_address_that_is_none_is_refused(environ):
    """By name, before anything is served."""
    with pytest.raises(Invalid, match="OTEL_EXPORTER_OTLP_ENDPOINT: it begins with"):
        build_house(environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"})


def test_a_collector_that_refuses_holds_nobody_up(house):
    """What waits is bounded, and that it cannot be sent is told once."""
    from entrepot.base import events

    told, tried, heals = [], threading.Semaphore(0), threading.Event()

    def send(entries):
        tried.release()
        return heals.is_set()

    stop = events.listen(told.append)
    sender = otlp.Sender(house.settings, lambda: send)
    sender.take([None] * (otlp.MOST_WAITING + 5))
    assert tried.acquire(timeout=120)
    assert tried.acquire(timeout=120)
    heals.set()
    until(lambda: len(told) > 1)
    stop()
    sender.close()

    assert [type(event).__name__ for event in told] == ["TracesUnsent", "TracesSent"]
    assert told[1].dropped == 5


def test_headers_are_read_as_the_standard_writes_them():
    """Percent-encoded, several with commas."""
    told = otlp.parse_headers("Authorization=Bearer%20a%2Cb, x-org = 7,nothing")

    assert told == {"authorization": "Bearer a,b", "x-org": "7"}
