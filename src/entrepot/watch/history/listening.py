"""What history hears: who used what, and how statements did."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from entrepot.base.acting import current
from entrepot.base.events import Event, RequestAnswered
from entrepot.base.house import Closable, House
from entrepot.connections import StatementRead
from entrepot.exports import ExportBroke, ExportFinished, ExportStarted
from entrepot.jobs import WorkerStarted
from entrepot.watch.history.counted import UsageTally
from entrepot.watch.history.processes import Role
from entrepot.watch.history.tallies import tallies

NOBODY = ("system", "anonymous")
FAILED = 500
KEEPER = "history keeper"
MOST_EXPORTS = 1_000
"""Exports that began in this process and did not end, the most that are remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Hears what a house's process does, and begins its keeper with the first work."""

    house: House
    _exports: dict[str, str] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        """Count an event; what is none of ours costs one look."""
        hear = _HEARD.get(type(event))
        if hear is not None:
            hear(self, event)

    def close(self) -> None:
        """Stop the keeper first: it would open again what is closed after us."""
        self.house.shelf.drop(KEEPER)

    def request(self, event: RequestAnswered) -> None:
        """Count a request, but for those that machines ask over and over."""
        if not event.is_quiet:
            self._usage().add(
                ("endpoint", event.endpoint, _who()),
                time.time(),
                event.seconds * 1000,
                is_failed=event.status >= FAILED,
            )
        if KEEPER not in self.house.shelf:
            self.begin("web")

    def statement(self, event: StatementRead) -> None:
        """Count a statement, and the data product's table that it reads."""
        now = time.time()
        tallies(self.house).statements.hear(event, now)
        if event.table:
            name = f"{event.connection}.{event.schema}.{event.table}"
            self._usage().add(
                ("product", name, _who()),
                now,
                event.seconds * 1000,
                rows=event.rows,
                is_failed=bool(event.code),
            )

    def export_began(self, event: ExportStarted) -> None:
        """Remember what an export is of, until it ends."""
        if len(self._exports) < MOST_EXPORTS:
            of = event.title if not event.sql else "query"
            self._exports[event.id] = f"{event.connection}: {of}"

    def export_ended(self, event: ExportFinished | ExportBroke) -> None:
        """Count an export; where it began elsewhere, by its format alone."""
        name = self._exports.pop(event.id, f"({event.format})")
        rows = event.rows if isinstance(event, ExportFinished) else None
        self._usage().add(
            ("export", name, _who()),
            time.time(),
            event.seconds * 1000,
            rows=rows,
            is_failed=rows is None,
        )

    def worker_began(self, event: WorkerStarted) -> None:
        """Keep history in a process that does jobs."""
        self.begin("jobs")

    def begin(self, role: Role) -> None:
        """Let this process's keeper begin, if it did not."""

        def make() -> Closable:
            # With the models of half the house: not where nobody works.
            from entrepot.watch.history.keeper import Keeper

            return Keeper(self.house, role)

        self.house.shelf.get(KEEPER, make)

    def _usage(self) -> UsageTally:
        return tallies(self.house).usage


def _who() -> str:
    who = current()
    return "" if who.kind in NOBODY else who.name


_HEARD: dict[type[Event], Callable[[History, Any], None]] = {
    RequestAnswered: History.request,
    StatementRead: History.statement,
    ExportStarted: History.export_began,
    ExportFinished: History.export_ended,
    ExportBroke: History.export_ended,
    WorkerStarted: History.worker_began,
}
