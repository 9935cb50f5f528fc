"""Conditions over metrics as Prometheus writes them."""

from __future__ import annotations

from entrepot.watch.alerts.condition import PERIODS, SECONDS, Condition, shown_number
from entrepot.watch.metrics.metrics import DURATIONS, METRICS, REQUESTS
from entrepot.watch.metrics.series import SHORT

FOLDS = {
    "": "avg_over_time",
    "avg": "avg_over_time",
    "min": "min_over_time",
    "max": "max_over_time",
    "sum": "sum_over_time",
    "last": "last_over_time",
}
QUANTILES = {"p50": "0.5", "p95": "0.95", "p99": "0.99"}
GAUGE = "entrepot_"


def expression(condition: Condition) -> str:
    """Return what `/metrics` can be asked for the same; empty where it cannot."""
    given = condition.arguments
    if given.get("is_claim") == "yes":
        return ""
    name = SHORT.get(given["metric"], given["metric"])
    value = _value(condition, name)
    return (
        f"{value} {condition.op} {shown_number(condition.threshold)}" if value else ""
    )


def _value(condition: Condition, name: str) -> str:
    window = f"[{condition.window_seconds}s]"
    aggregate = condition.arguments.get("aggregate", "")
    labels = condition.arguments.get("labels", "")
    if name == "http_request_duration":
        return _duration(condition, aggregate, labels, window)
    if name == "request_rate":
        return _times(_rate(labels, window), PERIODS[condition.per or "second"])
    if name == "error_rate":
        failed = _rate(_with(labels, 'status=~"5.."'), window)
        if condition.per:
            return _times(failed, PERIODS[condition.per])
        ratio = f"{failed} / {_rate(labels, window)}"
        return f"({ratio}) * 100" if condition.unit == "%" else f"({ratio})"
    if name.startswith(GAUGE) and name not in METRICS and aggregate in FOLDS:
        return f"{FOLDS[aggregate]}({name}{_braced(labels)}{window})"
    return ""


def _duration(condition: Condition, aggregate: str, labels: str, window: str) -> str:
    of = _braced(labels)
    name = DURATIONS.name
    if aggregate in ("", "avg"):
        total = f"sum(rate({name}_sum{of}{window}))"
        seconds = f"({total} / sum(rate({name}_count{of}{window})))"
    elif aggregate in QUANTILES:
        buckets = f"sum by (le) (rate({name}_bucket{of}{window}))"
        seconds = f"histogram_quantile({QUANTILES[aggregate]}, {buckets})"
    elif aggregate == "count":
        return f"sum(increase({name}_count{of}{window}))"
    else:
        return ""
    # Our own values are milliseconds where the threshold names no unit.
    return _times(seconds, 1 / SECONDS.get(condition.unit or "ms", 1.0))


def _rate(labels: str, window: str) -> str:
    return f"sum(rate({REQUESTS.name}{_braced(labels)}{window}))"


def _times(value: str, factor: float) -> str:
    return value if factor == 1 else f"{value} * {shown_number(round(factor, 6))}"


def _with(labels: str, more: str) -> str:
    return f"{labels},{more}" if labels else more


def _braced(labels: str) -> str:
    return f"{{{labels}}}" if labels else ""
