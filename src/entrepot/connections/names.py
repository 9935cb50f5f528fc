"""Names of connections: they stand in paths and before the colon of an address."""

from __future__ import annotations

import re

from entrepot.base.errors import Invalid

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,62}$"
RESERVED = ("dialects", "new", "test")
"""Names that our own addresses have at the place of a connection's."""


def check_name(name: str) -> str:
    """Return the name if a connection may have it.

    Raises:
        Invalid: It may not.
    """
    if not re.fullmatch(PATTERN.rstrip("$"), name):
        raise Invalid(
            f"{name[:80]!r} cannot be the name of a connection",
            hint="1 to 63 letters, digits, _ . or -, beginning with a letter or digit",
        )
    if name in RESERVED:
        raise Invalid(f"{name!r} is a name that our own addresses need")
    return name
