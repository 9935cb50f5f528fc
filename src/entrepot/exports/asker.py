"""Who asks for an export, and what they may take."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most that one export may take; None for no bound."""

    rows: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Somebody who wants a file; the bounds hold wherever it is made."""

    name: str
    bounds: Bounds = field(default_factory=Bounds)
