"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSubmitted(Event):
    """Somebody asked for background work."""

    id: str
    kind: str
    queue: str
