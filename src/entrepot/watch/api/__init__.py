"""`/api/logs…`, `/metrics` and what pages draw of them."""

from entrepot.watch.api import client, logs, metrics
from entrepot.watch.api.blueprint import bp

__all__ = ["bp", "client", "logs", "metrics"]
