"""How far a backup is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done of it, and how much there is, 0 if unknown.

It is called several times a second; where it raises, the backup ends, and nothing of
it is left.
"""


def silent(stage: str, done: int = 0, total: int = 0) -> None:
    """Tell nobody."""
