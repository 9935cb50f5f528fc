"""Other forms that an error has below some paths, where a document promises them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Document = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How errors look below a path.

    Attributes:
        type: Of the document, for OpenAPI.
        render: Makes it of the members of a problem document.
    """

    type: type
    render: Callable[[Document], Document]
    media_type: str = "application/json"


SHAPES: dict[str, Shape] = {}
"""By how the paths begin, with a slash at the end; a room's `api` adds its own."""


def find_shape(path: str) -> Shape | None:
    """Return how errors look at a path and below it; None where they are problems."""
    # A caller may write slashes twice, as the limits on requests know too.
    asked = f"/{path.lstrip('/')}/"
    return next((s for begun, s in SHAPES.items() if asked.startswith(begun)), None)
