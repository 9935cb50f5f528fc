"""The metrics that history keeps: what is counted, what is read, and short names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.base.errors import UnknownName
from entrepot.watch.history.spec import OF_KIND, Kind, MetricName
from entrepot.watch.metrics.metrics import METRICS
from entrepot.watch.metrics.reading import load_gauges

WATCHED = "entrepot_history_seconds"
"""For how long somebody looked, in each minute: where it is not, all is a gap."""
CPU = "entrepot_process_cpu_seconds_total"
MEMORY = "entrepot_process_memory_bytes"
ERROR_RATE = "error_rate"
FAILED = "5"
"""How a status begins that is our fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A metric that can be asked for, and how it is kept.

    Attributes:
        stored: The name that its series have.
        factor: What is kept, times this, is in the unit that is shown.
        is_added: Of a gauge: sources add up; else each reads the same number.
    """

    shown: MetricName
    stored: str
    factor: float = 1.0
    is_added: bool = False


_OWN = {
    CPU: ("counter", "Processor time of this server's processes, by what they do."),
    MEMORY: ("gauge", "Memory of this server's processes, by what they do."),
    WATCHED: ("counter", "Seconds in which somebody counted for history."),
}
_OWN_LABELS = {CPU: ("process",), MEMORY: ("process",), WATCHED: ()}

SHORT: Mapping[str, tuple[str, str, Kind, float, str]] = {
    "http_request_duration": (
        "catalogue_http_request_duration_seconds",
        "ms",
        "histogram",
        1000.0,
        "How long requests took.",
    ),
    "request_rate": (
        "catalogue_http_request_duration_seconds",
        "requests/s",
        "counter",
        1.0,
        "Requests that were answered.",
    ),
    ERROR_RATE: (
        "catalogue_http_requests_total",
        "ratio",
        "ratio",
        1.0,
        "Of the requests, those that failed: 0 to 1.",
    ),
    "db_query_duration": (
        "entrepot_statement_duration_seconds",
        "ms",
        "histogram",
        1000.0,
        "How long statements on registered databases took.",
    ),
    "memory_usage": (MEMORY, "bytes", "gauge", 1.0, _OWN[MEMORY][1]),
    "cpu_usage": (CPU, "cores", "counter", 1.0, _OWN[CPU][1]),
    "active_connections": (
        "entrepot_db_pool_connections",
        "",
        "gauge",
        1.0,
        "Connections to our own database, by what they do.",
    ),
}
"""Names of the documents: what is kept, its unit, its kind, the factor, the words."""


def labels_of(stored: str) -> tuple[str, ...]:
    """Return the names of a kept metric's labels."""
    if stored in _OWN_LABELS:
        return _OWN_LABELS[stored]
    if stored in METRICS:
        return METRICS[stored].labels
    gauge = load_gauges().get(stored)
    return gauge.labels if gauge else ()


def known_metrics() -> dict[str, Known]:
    """Return every metric that can be asked for, by name."""
    found = {}
    for name, metric in METRICS.items():
        kind: Kind = "histogram" if metric.is_histogram else "counter"
        found[name] = _known(name, kind, metric.help)
    for name, gauge in load_gauges().items():
        found[name] = _known(name, "gauge", gauge.help, of=gauge.of)
    for name, (own_kind, text) in _OWN.items():
        found[name] = _known(name, own_kind, text, of="process")  # type: ignore[arg-type]  # a dict forgets which words
    for name, (stored, unit, kind, factor, text) in SHORT.items():
        found[name] = Known(
            shown=_shown(name, kind, unit, text, stored),
            stored=stored,
            factor=factor,
            is_added=stored in found and found[stored].is_added,
        )
    return dict(sorted(found.items()))


def get_known(name: str) -> Known:
    """Return a metric by name.

    Raises:
        UnknownName: There is none.
    """
    found = known_metrics()
    if name not in found:
        raise UnknownName("metric", name, list(found))
    return found[name]


def _known(name: str, kind: Kind, text: str, *, of: str = "") -> Known:
    return Known(
        shown=_shown(name, kind, _unit_of(name, kind), text, name),
        stored=name,
        is_added=of == "process",
    )


def _shown(name: str, kind: Kind, unit: str, text: str, stored: str) -> MetricName:
    return MetricName(
        name=name,
        kind=kind,
        unit=unit,
        help=text,
        labels=labels_of(stored),
        statistics=OF_KIND[kind],
    )


def _unit_of(name: str, kind: Kind) -> str:
    base = name.removesuffix("_total")
    unit = next((u for u in ("bytes", "seconds", "rows") if base.endswith(u)), "")
    if kind != "counter":
        return "s" if unit == "seconds" else unit
    return f"{unit}/s" if unit else "1/s"
