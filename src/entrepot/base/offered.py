"""Files of ours that people may read as databases, beside those they registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.identity import Role
from entrepot.base.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """An SQLite file of a room's own, read through the wall and never written.

    Attributes:
        name: Of the connection; a registered one of this name goes before it.
        role: The lowest that may read it.
        path: Where it is; it need not be there yet.
    """

    name: str
    summary: str
    role: Role
    path: Callable[[Settings], Path]


OFFERED: dict[str, OfferedFile] = {}
"""What rooms register in their `settings`, which every process imports; by name."""
