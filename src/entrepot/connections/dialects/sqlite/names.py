"""Names in SQLite's SQL."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Return a name as SQL writes it, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'
