"""The errors of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.base.errors import Conflict

if TYPE_CHECKING:
    from entrepot.feeds.applying.running import Found


class CatalogueMoved(Conflict):
    """The catalogue changed since the preview.

    Attributes:
        found: What would change now.
    """

    def __init__(self, detail: str, *, found: Found, hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.found = found


class TooManyVanish(Conflict):
    """More products would vanish than may unasked.

    Attributes:
        found: What would change now.
    """

    def __init__(self, detail: str, *, found: Found, hint: str, **facts: int) -> None:
        super().__init__(detail, hint=hint, **facts)
        self.found = found
