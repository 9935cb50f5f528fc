"""What this room hears of the others: what was tried again, to be counted."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.events import DatabaseRetried, Event, Listener
from entrepot.base.house import House


@dataclass(frozen=True, slots=True, eq=False)
class RetryCount:
    """Counts what was tried again, once each, however often it is asked to."""

    house: House

    def hear(self, event: Event) -> None:
        """Count an event if it is one."""
        if isinstance(event, DatabaseRetried):
            self.house.store.meter.add("retries")

    def close(self) -> None:
        """Nothing is held open."""


def listeners(house: House) -> list[Listener]:
    """Return the listeners of this room."""
    return [house.shelf.get(RetryCount, lambda: RetryCount(house)).hear]
