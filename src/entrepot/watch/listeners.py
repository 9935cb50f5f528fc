"""What this room hears of the others: every event becomes a line of the log."""

from __future__ import annotations

import time
from dataclasses import dataclass

from entrepot.base.acting import current
from entrepot.base.events import Event, Listener
from entrepot.base.house import House
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """Writes a house's events into its log, once each."""

    house: House

    def hear(self, event: Event) -> None:
        """Write an event down."""
        who = current()
        log_store(self.house).put(
            Entry(
                time.time(),
                event.level.upper(),  # type: ignore[arg-type]  # the same levels
                ".".join(type(event).__module__.split(".")[:2]),
                event.sentence(),
                request_id=who.request_id,
                user_id=who.user_id,
                fields=event.facts(),
            )
        )

    def close(self) -> None:
        """Nothing is held open."""


def listeners(house: House) -> list[Listener]:
    """Return the listener that writes the log."""
    return [house.shelf.get(Writer, lambda: Writer(house)).hear]
