"""The pages of this room, a module for each subject."""

from entrepot.console.pages import (
    asking,
    console,
    history,
    queries,
    query,
    query_edit,
    query_run,
)
from entrepot.console.pages.blueprint import bp

__all__ = [
    "asking",
    "bp",
    "console",
    "history",
    "queries",
    "query",
    "query_edit",
    "query_run",
]
