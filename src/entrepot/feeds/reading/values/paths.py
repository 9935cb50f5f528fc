"""The path of a product's category, as names."""

from __future__ import annotations

import re

from entrepot.feeds.reading.work import Fault

SEPARATOR = " > "
MOST_LEVELS = 20
NAME_CHARACTERS = 255

_SIGNS = (
    re.compile(r"\s*->\s*"),
    re.compile(r"\s*>\s*"),
    re.compile(r"\s*»\s*"),
    re.compile(r"\s*\|\s*"),
    re.compile(r"\s+/\s+"),
    re.compile(r"\s*::\s*"),
)

EMPTY_LEVEL = Fault(
    "empty-level", "has a level without a name", "write each level, as in A > B > C"
)
TOO_DEEP = Fault("too-deep", f"has more than {MOST_LEVELS} levels")
LONG_NAME = Fault("too-long", f"has a name with more than {NAME_CHARACTERS} characters")


def read_path(text: str, sign: str = "") -> str | Fault:
    """Return a path with ` > ` between its names.

    Args:
        sign: What stands between them; found out where it is empty.
    """
    names = [name.strip() for name in _levels(text, sign)]
    if not all(names):
        return EMPTY_LEVEL
    if len(names) > MOST_LEVELS:
        return TOO_DEEP
    if any(len(name) > NAME_CHARACTERS for name in names):
        return LONG_NAME
    return SEPARATOR.join(names)


def _levels(text: str, sign: str) -> list[str]:
    if sign:
        return text.split(sign)
    pattern = next((pattern for pattern in _SIGNS if pattern.search(text)), None)
    return [text] if pattern is None else pattern.split(text)
