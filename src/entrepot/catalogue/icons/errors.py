"""What can be wrong with an icon that is wanted."""

from __future__ import annotations

from entrepot.base.errors import InvalidValue


class NoColor(InvalidValue):
    """This is no colour."""
