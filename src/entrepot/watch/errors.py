"""What can go wrong in this room."""

from __future__ import annotations

from entrepot.base.errors import Invalid


class InvalidLevel(Invalid):
    """No such level."""


class InvalidDate(Invalid):
    """Not a date or a time."""


class InvalidCursor(Invalid):
    """Not a place in the log."""
