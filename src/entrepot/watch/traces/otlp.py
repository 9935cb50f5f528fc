"""Kept traces sent to a collector of OpenTelemetry, by the optional extra `otel`."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from entrepot.base.errors import Invalid
from entrepot.base.events import emit
from entrepot.base.settings import Settings
from entrepot.base.version import VERSION
from entrepot.watch import settings as knobs
from entrepot.watch.events import TracesSent, TracesUnsent
from entrepot.watch.traces.kept import (
    Kept,
    shape_of_span,
    span_id_of,
    system_of,
    told_facts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import ReadableSpan

    from entrepot.base.spans import Span

MOST_WAITING = 2_000
"""Parts that wait while the collector does not answer; the oldest give way."""
GATHER_SECONDS = 1.0
SEND_SECONDS = 10
LAST_SECONDS = 3.0
"""What a process that ends gives to the collector."""
_NEEDED = "opentelemetry.exporter.otlp.proto.http"
_KINDS = {"request": "SERVER", "call": "CLIENT", "statement": "CLIENT"}


class Send(Protocol):
    """Sends parts; tells whether they arrived."""

    def __call__(self, entries: Sequence[Kept]) -> bool: ...


def check(settings: Settings) -> None:
    """Refuse to start where traces are to be sent, and cannot be.

    Raises:
        Invalid: The extra is not installed, or the address is none.
    """
    url = settings[knobs.OTLP_URL]
    if url and not url.startswith(("http://", "https://")):
        raise Invalid(f"{knobs.OTLP_URL.variable}: it begins with http:// or https://")
    if url and not is_installed():
        raise Invalid(
            f"{knobs.OTLP_URL.variable}: OpenTelemetry's exporter is not installed",
            hint="pip install 'entrepot[otel]', or leave the setting empty",
        )


def is_installed() -> bool:
    """Tell whether the extra `otel` is there."""
    try:
        return find_spec(_NEEDED) is not None
    except ModuleNotFoundError:  # not even the packages above it
        return False


class Sender:
    """Sends what is kept from a thread of its own; nobody waits for it."""

    def __init__(self, settings: Settings, make: Callable[[], Send]) -> None:
        self._make = make
        self._waiting: deque[Kept] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._dropped = 0
        self._is_lost = False

    def take(self, entries: Sequence[Kept]) -> None:
        """Let parts wait to be sent."""
        self._dropped += max(0, len(self._waiting) + len(entries) - MOST_WAITING)
        self._waiting.extend(entries)
        if self._thread is None or not self._thread.is_alive():
            self._begin()

    def close(self) -> None:
        """Send what waits, for a moment, and end."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(LAST_SECONDS)

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="otlp", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        send = self._make()
        while True:
            is_last = self._ends.wait(GATHER_SECONDS)
            batch = list(self._waiting)
            if batch:
                self._try(send, batch)
            if is_last:
                return

    def _try(self, send: Send, batch: list[Kept]) -> None:
        try:
            is_sent, why = send(batch), "the collector does not take them"
        except Exception as error:  # noqa: BLE001  # the next batch may go
            is_sent, why = False, type(error).__name__
        if is_sent:
            for _ in batch:
                if self._waiting:
                    self._waiting.popleft()
            if self._is_lost:
                emit(TracesSent(dropped=self._dropped))
            self._is_lost, self._dropped = False, 0
        elif not self._is_lost:
            self._is_lost = True
            emit(TracesUnsent(why=why))


def sender(settings: Settings) -> Sender | None:
    """Return what sends to the collector; None where there is none."""
    url = settings[knobs.OTLP_URL]
    if not url:
        return None
    headers = parse_headers(settings[knobs.OTLP_HEADERS])
    return Sender(settings, lambda: exporting(url, headers))


def parse_headers(text: str) -> dict[str, str]:
    """Return headers written as `name=value,name=value`, percent-encoded."""
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}


def exporting(url: str, headers: dict[str, str]) -> Send:
    """Return what sends parts with OpenTelemetry's exporter."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    exporter = OTLPSpanExporter(
        endpoint=f"{url.rstrip('/')}/v1/traces", headers=headers, timeout=SEND_SECONDS
    )

    def send(entries: Sequence[Kept]) -> bool:
        spans = [span for entry in entries for span in readable(entry)]
        return bool(exporter.export(spans) == SpanExportResult.SUCCESS)

    return send


def readable(entry: Kept) -> Iterator[ReadableSpan]:
    """Yield a part's steps as OpenTelemetry has them, the whole first."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
    from opentelemetry.trace.status import Status, StatusCode

    part = entry.part
    trace_id, root = int(part.trace_id, 16), part.id
    ids = {id(part): int(root, 16)}
    for number, span in enumerate(part.spans, 1):
        ids[id(span)] = int(span.id if span.has_id else span_id_of(root, number), 16)
    resource = Resource({"service.name": "entrepot", "service.version": VERSION})
    scope = InstrumentationScope("entrepot", VERSION)

    def context(span_id: int) -> SpanContext:
        return SpanContext(trace_id, span_id, False, TraceFlags(1))

    for span in (part, *part.spans):
        begins = part.at + span.began - part.began
        ends = begins + (span.ended or part.ended) - span.began
        above = ids.get(id(span.parent))
        if span is part and part.caller_id:
            above = int(part.caller_id, 16)
        yield ReadableSpan(
            name=_name(span, entry),
            context=context(ids[id(span)]),
            parent=None if above is None else context(above),
            resource=resource,
            attributes=_attributes(span, entry),
            kind=SpanKind[_KINDS.get(span.kind, "INTERNAL")],
            status=Status(StatusCode.ERROR, span.error) if span.error else Status(),
            start_time=int(begins * 1e9),
            end_time=int(ends * 1e9),
            instrumentation_scope=scope,
        )


def _name(span: Span, entry: Kept) -> str:
    if span is entry.part:
        return str(span.name)
    shape = shape_of_span(span)
    return span.name or (shape.name if shape is not None else span.kind)


# https://opentelemetry.io/docs/specs/semconv/
def _attributes(span: Span, entry: Kept) -> dict[str, str | int | float | bool]:
    told: dict[str, object] = {"entrepot.kind": span.kind}
    facts = told_facts(span)
    if span is entry.part and span.kind == "request":
        told["http.request.method"] = facts.pop("method", "")
        told["url.path"] = facts.pop("path", "")
        told["http.route"] = span.name
        told["http.response.status_code"] = entry.part.status
        told["entrepot.request_id"] = entry.who.request_id
    if span.kind == "statement":
        told["db.system.name"] = system_of(span) or "entrepot"
        facts.pop("system", None)
        shape = shape_of_span(span)
        if shape is not None:
            told["db.query.text"] = shape.text
    told |= {f"entrepot.{name}": value for name, value in facts.items()}
    return {
        n: v if isinstance(v, str | int | float) else str(v) for n, v in told.items()
    }
