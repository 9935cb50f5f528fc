"""Members of a document that somebody else wrote: of the kind wanted, or nothing."""

from __future__ import annotations


def as_table(value: object) -> dict[str, object]:
    """Return an object's members; none where it is no object."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return an array's members; none where it is no array."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Return a text; empty where it is none."""
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int | None:
    """Return a whole number, also one that stands as text; None where it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
