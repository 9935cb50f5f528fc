"""What can go wrong in this room."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Invalid


class InvalidLevel(Invalid):
    """No such level."""


class InvalidDate(Invalid):
    """Not a date or a time."""


class InvalidCursor(Invalid):
    """Not a place in the log."""


class InvalidQuery(Invalid):
    """The search cannot be read.

    Attributes:
        position: The character at which it goes wrong, counted from 1.
    """

    def __init__(
        self, detail: str, *, position: int, hint: str | None = None, **facts: object
    ) -> None:
        super().__init__(detail, hint=hint, position=position, **facts)
        self.position = position


class InvalidCondition(Invalid):
    """Not a condition that an alert rule can have."""


class AlertRuleNameTaken(Conflict):
    """An alert rule has this name already."""


class SearchNameTaken(Conflict):
    """A search of yours has this name already."""
