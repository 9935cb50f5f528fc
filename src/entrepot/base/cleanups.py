"""What can be tidied up: rooms register how, operations does it on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from entrepot.base.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleanup:
    """One thing to tidy up.

    Attributes:
        run: Given the house, the age in days from which things go, and whether to
            only count; it returns how many went, or would.
        usual_days: The age for the nights; None where it is not done by itself.
    """

    summary: str
    run: Callable[[House, int, bool], int]
    usual_days: int | None = None


CLEANUPS: dict[str, Cleanup] = {}
"""What rooms register in their `cleanup` module, by the name people give."""
