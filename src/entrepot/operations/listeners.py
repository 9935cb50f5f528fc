"""What this room hears of the others: what was tried again, to be counted."""

from __future__ import annotations

from entrepot.base.events import DatabaseRetried, Event, Listener
from entrepot.base.house import House


def listeners(house: House) -> list[Listener]:
    """Return the listeners of this room."""

    def count(event: Event) -> None:
        if isinstance(event, DatabaseRetried):
            house.store.meter.add("retries")

    return [count]
