"""What a rule looks for in the log, read from its text."""

from __future__ import annotations

from entrepot.watch.lines.wanted import search
from entrepot.watch.spec import Wanted


def parse_search(text: str) -> Wanted:
    """Return the lines that are meant, in the language of the log's search.

    Raises:
        InvalidQuery: It cannot be read; the character is told.
    """
    return search(Wanted(), text, name="logs")
