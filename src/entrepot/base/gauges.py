"""What can be read off at any moment: rooms register it, the scrape pulls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from entrepot.base.house import House

Reading = tuple[tuple[str, ...], float]
"""The labels' values in the gauge's order, and the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One number, or one for each combination of labels.

    Attributes:
        labels: Their names; few values each, known beforehand.
        read: Returns the readings; quick, for somebody waits. What raises has no
            reading this time.
        of: Whose number it is: `house`, the same whichever process is asked; or
            `process`, which the answer adds up over all live processes.
    """

    help: str
    read: Callable[[House], Iterable[Reading]]
    labels: tuple[str, ...] = ()
    of: Literal["house", "process"] = "house"


GAUGES: dict[str, Gauge] = {}
"""What rooms register in their `gauges` module, by the metric's name."""
