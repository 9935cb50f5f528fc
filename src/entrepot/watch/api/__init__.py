"""`/api/logs…`, `/metrics` and what pages draw of them."""

from entrepot.watch.api import (
    alert_rules,
    alerts,
    client,
    errors,
    exporting,
    history,
    logs,
    metrics,
    search,
    searches,
    traces,
)
from entrepot.watch.api.blueprint import bp

__all__ = [
    "alert_rules",
    "alerts",
    "bp",
    "client",
    "errors",
    "exporting",
    "history",
    "logs",
    "metrics",
    "search",
    "searches",
    "traces",
]
