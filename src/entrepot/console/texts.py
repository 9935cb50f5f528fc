"""Texts that people write beside statements, as our own database can keep them."""

from __future__ import annotations

from entrepot.base.errors import InvalidValue


def check_plain(*texts: str) -> None:
    """Refuse what PostgreSQL keeps in no text.

    Raises:
        InvalidValue: One of them holds a NUL character.
    """
    if any("\0" in text for text in texts):
        raise InvalidValue("a text holds no NUL")


def plain(text: str) -> str:
    """Return a text of somebody else's with NUL characters made visible."""
    return text.replace("\0", "␀")
