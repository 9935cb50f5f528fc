"""What rooms derive from their rows and keep beside them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

DERIVED: dict[str, Callable[[Session], object]] = {}
"""What makes it where an older program left none, by room.

Called in a transaction after our database was migrated to the newest step; rooms
register theirs in their `models` module.
"""
