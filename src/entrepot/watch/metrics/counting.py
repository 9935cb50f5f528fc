"""Every event counts: requests by endpoint, exports by format, the rest by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from entrepot.base.events import Event, RequestAnswered
from entrepot.base.house import House
from entrepot.catalogue import FallbackAnswered
from entrepot.connections import StatementRead
from entrepot.exports import ExportBroke, ExportCancelled, ExportFinished
from entrepot.watch.metrics import metrics
from entrepot.watch.metrics.pulse import Pulse
from entrepot.watch.metrics.tally import Tally

Count = Callable[[Tally, Any], None]


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """Counts what a house's process hears."""

    house: House
    _known: dict[type[Event], Count] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        """Count an event."""
        tally = self.house.shelf.get(Tally, self._tally)
        try:
            count = self._known[type(event)]
        except KeyError:
            count = COUNTS.get(type(event), _count_event)
            self._known[type(event)] = count
        count(tally, event)
        if count is _count_request and Pulse not in self.house.shelf:
            self.house.shelf.get(Pulse, self._pulse)

    def close(self) -> None:
        """Stop the pulse first: it would open again what is closed after us."""
        self.house.shelf.drop(Pulse)

    def _tally(self) -> Tally:
        return Tally(self.house)

    def _pulse(self) -> Pulse:
        return Pulse(self.house)


def _count_request(tally: Tally, event: RequestAnswered) -> None:
    tally.request(event.method, event.endpoint, event.status, event.seconds)


def _count_event(tally: Tally, event: Event) -> None:
    tally.add(metrics.EVENTS, type(event).__name__, event.level)


def _count_finished(tally: Tally, event: ExportFinished) -> None:
    _count_export(tally, event)
    tally.add(metrics.EXPORTED_ROWS, event.format, amount=event.rows)
    tally.add(metrics.EXPORTED_BYTES, event.format, amount=event.size_bytes)


def _count_export(
    tally: Tally, event: ExportFinished | ExportBroke | ExportCancelled
) -> None:
    _count_event(tally, event)
    tally.add(metrics.EXPORTS, event.format, OUTCOMES[type(event)])


def _count_fallback(tally: Tally, event: FallbackAnswered) -> None:
    _count_event(tally, event)
    tally.add(metrics.FALLBACKS)


def _count_statement(tally: Tally, event: StatementRead) -> None:
    tally.time(metrics.STATEMENTS, event.dialect, seconds=event.seconds)


OUTCOMES: dict[type[Event], str] = {
    ExportFinished: "completed",
    ExportBroke: "failed",
    ExportCancelled: "cancelled",
}
COUNTS: dict[type[Event], Count] = {
    RequestAnswered: _count_request,
    ExportFinished: _count_finished,
    ExportBroke: _count_export,
    ExportCancelled: _count_export,
    FallbackAnswered: _count_fallback,
    StatementRead: _count_statement,
}
"""How events are counted that do not count by their name alone."""
