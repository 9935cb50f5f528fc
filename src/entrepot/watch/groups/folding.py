"""Errors of the log become groups: each is counted once, whatever dies meanwhile.

Groups and how far the log was read lie in one database, and are written in one
transaction. Whoever folds holds the row of the log's file, so one process does it at a
time; several hosts, which have logs of their own, meet at the groups' rows alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from entrepot.base.acting import SYSTEM, acting_as
from entrepot.base.events import Event, emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.base.version import VERSION
from entrepot.watch import settings as knobs
from entrepot.watch.groups.counting import add_occurrences, add_touches, count_hours
from entrepot.watch.groups.fingerprint import (
    ID_CHARACTERS,
    Sighting,
    overflow_of,
    sighting_of,
)
from entrepot.watch.groups.models import ErrorCursor, ErrorGroupRow
from entrepot.watch.groups.moving import see
from entrepot.watch.groups.unread import (
    Extent,
    errors_after,
    extent_of,
    find_log,
    name_log,
)
from entrepot.watch.groups.writing import insert_into
from entrepot.watch.lines.reading import opened_log
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Line

AT_ONCE = 500
"""Lines of one transaction: others wait that long for our own database."""
SECONDS = 2.0
"""What one call may take; the next one goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What one call did: how many errors it counted, and whether all are."""

    errors: int
    is_done: bool


def fold(house: House, *, seconds: float = SECONDS) -> Folded:
    """Fold what the log of this host has of errors into groups.

    Raises:
        TimedOut, Unavailable: The log cannot be read.
    """
    ends, errors = time.monotonic() + seconds, 0
    wake(house)
    while True:
        found = _find(house)
        if found is None:
            return Folded(errors=errors, is_done=True)
        if found.lines or found.is_behind:
            errors += _write(house, found)
        if len(found.lines) < AT_ONCE:
            return Folded(errors=errors, is_done=True)
        if time.monotonic() > ends:
            return Folded(errors=errors, is_done=False)


def wake(house: House) -> int:
    """Open the groups whose time of being muted is over; return how many."""
    is_over = (ErrorGroupRow.state == "muted", ErrorGroupRow.muted_until_at <= now())
    with house.store.read_session() as session:
        if session.scalar(select(ErrorGroupRow.id).where(*is_over).limit(1)) is None:
            return 0
    values = {"state": "open", "muted_until_at": None, "muted_until_count": None}
    with house.store.session() as session:
        done = session.execute(update(ErrorGroupRow).where(*is_over).values(values))
    return int(done.rowcount)  # type: ignore[attr-defined]  # an update has it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Lines after a cursor, and where it was when they were read."""

    extent: Extent
    after: int
    lines: list[Line]
    sightings: dict[str, list[Sighting]] = field(default_factory=dict)

    @property
    def is_behind(self) -> bool:
        """Tell whether the file ends earlier: an older copy took its place."""
        return self.extent.newest < self.after

    @property
    def last(self) -> int:
        """Return where the cursor goes."""
        return self.lines[-1].id if self.lines else self.extent.newest


def _find(house: House) -> _Found | None:
    """Return what is not folded yet; None where there is no log."""
    log = _log(house)
    if not log:
        return None
    with house.store.read_session() as session:
        after = session.scalar(
            select(ErrorCursor.line_id).where(ErrorCursor.log == log)
        )
    after = after or 0
    with opened_log(house) as reading:
        if reading is None or find_log(reading) != log:
            return None  # it was taken away in this moment; the next look finds another
        extent = extent_of(reading, log)
        is_new = extent.newest_error > after
        lines = errors_after(reading, after, limit=AT_ONCE) if is_new else []
    sightings: dict[str, list[Sighting]] = {}
    for line in lines:
        one = sighting_of(line, release=VERSION)
        sightings.setdefault(one.fingerprint, []).append(one)
    return _Found(extent=extent, after=after, lines=lines, sightings=sightings)


def _log(house: House) -> str:
    with opened_log(house) as reading:
        if reading is None:
            return ""
        log = find_log(reading)
    if not log:
        name_log(log_store(house).path)
        with opened_log(house) as reading:
            log = find_log(reading) if reading is not None else ""
    return log


def _write(house: House, found: _Found) -> int:
    """Count what was found, unless another did meanwhile; return how many errors."""
    with house.store.session() as session:
        cursor = _hold(session, found.extent.log)
        if cursor.line_id != found.after:
            return 0
        events = _count(session, house, found.sightings) if found.lines else []
        cursor.line_id, cursor.read_at = found.last, now()
    with acting_as(SYSTEM):  # whoever happened to look at the page did not do it
        for event in events:
            emit(event)
    return len(found.lines)


def _hold(session: Session, log: str) -> ErrorCursor:
    row = insert_into(session, ErrorCursor).values(log=log, line_id=0, read_at=now())
    session.execute(row.on_conflict_do_nothing())
    return session.get_one(ErrorCursor, log, with_for_update=True)


def _count(
    session: Session, house: House, sightings: dict[str, list[Sighting]]
) -> list[Event]:
    rows = _groups(session, house, sightings)
    events: list[Event] = []
    seen: list[tuple[ErrorGroupRow, list[Sighting]]] = []
    for fingerprint, row in rows.items():
        events += see(row, sightings[fingerprint])
        seen.append((row, sightings[fingerprint]))
    session.flush()  # the rows below point at these
    count_hours(session, seen)
    add_touches(session, seen)
    add_occurrences(session, seen, kept=house.settings[knobs.ERROR_OCCURRENCES])
    return events


def _groups(
    session: Session, house: House, sightings: dict[str, list[Sighting]]
) -> dict[str, ErrorGroupRow]:
    """Return the groups' rows, made where they are not there, and held."""
    rows = _held(session, sightings)
    lacking = sorted(sightings.keys() - rows.keys())
    if not lacking:
        return rows
    there = session.scalar(select(func.count()).select_from(ErrorGroupRow)) or 0
    room = max(0, house.settings[knobs.ERROR_GROUPS] - there)
    for fingerprint in lacking[room:]:
        for one in sightings.pop(fingerprint):
            other = overflow_of(one)
            sightings.setdefault(other.fingerprint, []).append(other)
    for fingerprint in sorted(sightings.keys() - rows.keys()):
        new = insert_into(session, ErrorGroupRow).values(
            _values(sightings[fingerprint])
        )
        session.execute(new.on_conflict_do_nothing())
    return _held(session, sightings)


def _held(
    session: Session, sightings: Mapping[str, object]
) -> dict[str, ErrorGroupRow]:
    # In one order everywhere, so that two hosts never wait for each other.
    wanted = (
        select(ErrorGroupRow)
        .where(ErrorGroupRow.fingerprint.in_(sorted(sightings)))
        .order_by(ErrorGroupRow.fingerprint)
        .with_for_update()
    )
    return {row.fingerprint: row for row in session.scalars(wanted)}


def _values(found: list[Sighting]) -> dict[str, object]:
    """Return a new group's columns; nothing is counted yet."""
    first = found[0]
    return {
        "fingerprint": first.fingerprint,
        "key": first.fingerprint[:ID_CHARACTERS],
        "title": first.title,
        "normal": first.normal,
        "error_type": first.error_type,
        "logger": first.logger,
        "route": first.route,
        "frames": list(first.frames),
        "stack_trace": first.stack_trace,
        "state": "open",
        "count": 0,
        "people": 0,
        "first_seen_at": first.at,
        "last_seen_at": first.at,
        "first_release": first.release,
        "last_release": first.release,
        "request_id": "",
        "trace_id": "",
        "resolved_by": "",
        "changed_by": "",
        "reopened_release": "",
        "reopened_count": 0,
    }
