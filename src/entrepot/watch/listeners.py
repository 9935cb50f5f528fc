"""What this room hears of the others: every event becomes a line of the log."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entrepot.base.acting import current
from entrepot.base.events import Event, Listener, RequestAnswered
from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.groups.following import Follower
from entrepot.watch.history.listening import History
from entrepot.watch.log.library import LibraryLines, foreign_trace
from entrepot.watch.log.store import LogStore, log_store
from entrepot.watch.log.text import bounded, bounded_trace
from entrepot.watch.log.wherefrom import error_facts
from entrepot.watch.metrics.counting import Counter
from entrepot.watch.spec import ACCESS, LEVELS, Entry, Level
from entrepot.watch.traces.store import trace

if TYPE_CHECKING:
    from entrepot.watch.log.shown import Shown

NOBODY = ("system", "anonymous")
"""Kinds of actors whose names say nothing."""


@dataclass(slots=True, eq=False)
class Writer:
    """Writes a house's events into its log, once each.

    Attributes:
        shown: Where lines are shown besides; None in commands and tests.
    """

    house: House
    shown: Shown | None = None
    _levels: frozenset[str] = field(init=False)
    _slow_ms: int = field(init=False)

    def __post_init__(self) -> None:
        lowest = LEVELS.index(self.house.settings[knobs.LOG_LEVEL])
        self._levels = frozenset(LEVELS[lowest:])
        self._slow_ms = self.house.settings[knobs.LOG_SLOW_REQUEST_THRESHOLD]

    def store(self) -> LogStore:
        """Return this process's log; after a fork it is another one."""
        store = log_store(self.house)
        if store.show is not self.shown:
            store.show = self.shown
        return store

    def hear(self, event: Event) -> None:
        """Write an event down; what fails here fails nobody's act."""
        if isinstance(event, RequestAnswered):
            self._access(event)
            return
        try:
            entry = _entry(event)
        except Exception as error:  # noqa: BLE001  # a room's words may be wrong
            entry = _untold(event, error)
        if entry.level in self._levels:
            self.store().put(entry)

    def close(self) -> None:
        """Nothing is held open."""

    def _access(self, event: RequestAnswered) -> None:
        milliseconds = event.seconds * 1000
        level = self._access_level(event, milliseconds)
        if level not in self._levels:
            return
        who = current()
        self.store().put(
            Entry(
                time.time(),
                level,
                ACCESS,
                f"{event.method} {event.path} {event.status}",
                who.request_id,
                foreign_trace(who),
                who.user_id,
                "" if who.kind in NOBODY else who.name,
                who.job_id,
                who.address,
                event.endpoint,
                event.method,
                event.status,
                round(milliseconds, 3),
                fields=_size(event),
            )
        )

    def _access_level(self, event: RequestAnswered, milliseconds: float) -> Level:
        if event.status >= 500 or milliseconds >= self._slow_ms:
            return "WARNING"
        return "DEBUG" if event.is_quiet else "INFO"


def listeners(house: House) -> list[Listener]:
    """Return the listeners that write the log, count, and fold errors into groups.

    Traces are kept, too.

    From now on, until the house is closed, the lines of libraries come here too.
    """
    # The first on the shelf is closed first: it would open again what is closed.
    follower = house.shelf.get(Follower, lambda: Follower(house))
    writer = log_writer(house)
    writer.store()  # whoever else puts lines into it, they are cleaned
    house.shelf.get(LibraryLines, lambda: LibraryLines(writer.store, house.settings))
    trace(house)
    counter = house.shelf.get(Counter, lambda: Counter(house))
    history = house.shelf.get(History, lambda: History(house))
    return [writer.hear, counter.hear, history.hear, follower.hear]


def log_writer(house: House) -> Writer:
    """Return what writes this house's events down."""
    return house.shelf.get(Writer, lambda: Writer(house))


def _size(event: RequestAnswered) -> dict[str, object] | None:
    told: dict[str, object] = {}
    if event.size_bytes is not None:
        told["size_bytes"] = event.size_bytes
    if event.protocol != "HTTP/1.1":
        told["protocol"] = event.protocol
    return told or None


def _entry(event: Event) -> Entry:
    who = current()
    facts = {k: fact for k, fact in event.facts().items() if fact is not None}
    trace = facts.pop("traceback", None)
    error_type = facts.pop("error_type", None)
    if facts.get("request_id") == who.request_id:
        del facts["request_id"]
    if event.level in ("error", "critical"):
        facts |= error_facts(who)
    return Entry(
        time.time(),
        event.level.upper(),  # type: ignore[arg-type]  # the same levels
        _room(event),
        bounded(event.sentence()),
        who.request_id,
        foreign_trace(who),
        who.user_id,
        "" if who.kind in NOBODY else who.name,
        who.job_id,
        who.address,
        error_type=str(error_type or ""),
        stack_trace=bounded_trace(str(trace or "")),
        fields=facts or None,
    )


def _untold(event: Event, error: Exception) -> Entry:
    return Entry(
        time.time(),
        "ERROR",
        _room(event),
        f"{type(event).__name__} happened, and cannot be told",
        error_type=type(error).__name__,
    )


def _room(event: Event) -> str:
    return ".".join(type(event).__module__.split(".")[:2])
