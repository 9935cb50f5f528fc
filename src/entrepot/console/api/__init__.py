"""`/api/sql…`: statements run, stopped and paged through; a module each subject."""

from entrepot.console.api import (
    batch,
    execute,
    files,
    links,
    outline,
    plans,
    queries,
    results,
    runs,
    versions,
    writing,
)
from entrepot.console.api.blueprint import bp

__all__ = [
    "batch",
    "bp",
    "execute",
    "files",
    "links",
    "outline",
    "plans",
    "queries",
    "results",
    "runs",
    "versions",
    "writing",
]
