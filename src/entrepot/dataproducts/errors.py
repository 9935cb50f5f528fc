"""What can go wrong with products and what is told of them."""

from __future__ import annotations

from entrepot.base.errors import Missing, Refused


class CsnNotFound(Missing):
    """No CSN is known."""


class CsnUnreadable(Refused):
    """The CSN cannot be read."""
