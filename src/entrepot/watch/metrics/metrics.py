"""Every metric that is counted: its name, its labels, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Something that is counted.

    Attributes:
        is_histogram: Its values are counted by size, in the bounds that are set.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()
    is_histogram: bool = False


REQUESTS = Metric(
    name="catalogue_http_requests_total",
    help="Requests that were answered.",
    labels=("method", "endpoint", "status"),
)
DURATIONS = Metric(
    name="catalogue_http_request_duration_seconds",
    help="How long requests took, from their arrival until their answer left.",
    labels=("method", "endpoint"),
    is_histogram=True,
)
EVENTS = Metric(
    name="entrepot_events_total",
    help="What happened, by the event's name; requests are counted apart.",
    labels=("event", "level"),
)
EXPORTS = Metric(
    name="entrepot_exports_total",
    help="Exports that ended.",
    labels=("format", "outcome"),
)
EXPORTED_ROWS = Metric(
    name="entrepot_export_rows_total",
    help="Rows of exports that finished.",
    labels=("format",),
)
EXPORTED_BYTES = Metric(
    name="entrepot_export_bytes_total",
    help="Bytes of the files of exports that finished.",
    labels=("format",),
)
STATEMENTS = Metric(
    name="entrepot_statement_duration_seconds",
    help="How long statements on registered databases took there.",
    labels=("dialect",),
    is_histogram=True,
)
FALLBACKS = Metric(
    name="catalogue_fallback_total",
    help="Requests for products that the samples answered for the database.",
)
DROPPED_LINES = Metric(
    name="entrepot_log_lines_dropped_total",
    help="Lines of the log that were dropped because too many waited.",
)
DROPPED_TRACES = Metric(
    name="entrepot_traces_dropped_total",
    help="Traces that were dropped because too many waited.",
)
GAUGE_FAILURES = Metric(
    name="entrepot_gauge_failures_total",
    help="Gauges that could not be read in time; their readings are left out.",
    labels=("gauge",),
)

METRICS = {
    metric.name: metric
    for metric in (
        REQUESTS,
        DURATIONS,
        EVENTS,
        EXPORTS,
        EXPORTED_ROWS,
        EXPORTED_BYTES,
        STATEMENTS,
        FALLBACKS,
        DROPPED_LINES,
        DROPPED_TRACES,
        GAUGE_FAILURES,
    )
}
