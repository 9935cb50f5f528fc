"""What this room does when something happens: it writes down who did it."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.events import Event, Listener
from entrepot.base.house import House


@dataclass(frozen=True, slots=True, eq=False)
class Recorder:
    """Records a house's audited events, once each, however often it is asked to."""

    house: House

    def hear(self, event: Event) -> None:
        """Record an event; if that fails, the act fails."""
        if event.audited:
            # Models take time to import: only where there is something to record.
            from entrepot.accounts.audit import record
            from entrepot.accounts.audit_heads import expect_head, write_restart

            before = record(self.house, event)
            if event.rewinds:
                write_restart(self.house, before)
            expect_head(self.house, before)

    def close(self) -> None:
        """Nothing is held open."""


def listeners(house: House) -> list[Listener]:
    """Return the listener that records audited events."""
    return [house.shelf.get(Recorder, lambda: Recorder(house)).hear]
