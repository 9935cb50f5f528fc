"""Pages: the log, errors by their causes, and how this server does."""

from entrepot.watch.pages import (
    alert_rules,
    alerts,
    dashboard,
    drawings,
    errors,
    kept_searches,
    logs,
    one_line,
    onward,
    searches,
    shown,
    statements,
    traces,
    usage,
    words,
)
from entrepot.watch.pages.blueprint import bp

onward.install(bp)
shown.install(bp)
words.install(bp)

__all__ = [
    "alert_rules",
    "alerts",
    "bp",
    "dashboard",
    "drawings",
    "errors",
    "kept_searches",
    "logs",
    "one_line",
    "onward",
    "searches",
    "shown",
    "statements",
    "traces",
    "usage",
    "words",
]
