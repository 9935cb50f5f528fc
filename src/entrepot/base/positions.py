"""Where in a statement an error is, though the database was given more than it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from entrepot.base.errors import EntrepotError


@contextmanager
def placed_behind(words: str) -> Iterator[None]:
    """Count an error's `position` from the statement that stands behind our words."""
    try:
        yield
    except EntrepotError as error:
        if isinstance(position := error.facts.get("position"), int):
            error.facts["position"] = max(1, position - len(words))
        raise
