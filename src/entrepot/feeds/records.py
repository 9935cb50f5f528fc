"""Imports as they are kept: found, moved from state to state, shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.entities import check_move
from entrepot.base.errors import IllegalMove, NotThere
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.catalogue import read_generation
from entrepot.feeds import settings as knobs
from entrepot.feeds.feed_models import Feed, Import
from entrepot.feeds.reading import Plan
from entrepot.feeds.seen import (
    Counts,
    Guard,
    ImportFilter,
    ImportSeen,
    Progress,
    Receipt,
    UndoReport,
)
from entrepot.feeds.states import BUSY, IMPORT_MOVES, ImportState
from entrepot.jobs import find_job

T = TypeVar("T")
FILE = "file"


def folder_of(house: House, id: str) -> Path:
    """Return the folder of an import's file and of what was found in it."""
    return house.home / "feeds" / "imports" / id


def get_row(session: Session, id: str) -> Import:
    """Return one import to change; others who want to change it wait.

    Raises:
        NotThere: There is none of this id.
    """
    wanted = select(Import).where(Import.id == id).with_for_update()
    row = session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotThere("import", id, [])
    return row


def move(row: Import, state: ImportState) -> None:
    """Let an import go on to another state.

    Raises:
        IllegalMove: Its state does not lead there.
    """
    if row.state == state and state in BUSY:
        raise IllegalMove(f"the import is {state} already")
    check_move("an import", row.state, state, IMPORT_MOVES)
    row.state = state


def get_feed_row(session: Session, name: str) -> Feed:
    """Return one feed to change.

    Raises:
        NotThere: There is none of this name.
    """
    row = session.scalar(select(Feed).where(Feed.name == name).with_for_update())
    if row is None:
        raise NotThere("feed", name, list(session.scalars(select(Feed.name))))
    return row


def plan_of(row: Import | Feed) -> Plan | None:
    """Return how its file is read, where that is known."""
    return _read(row.plan, Plan)


def find_imports(
    house: House, wanted: ImportFilter, *, limit: int, after: str | None
) -> list[ImportSeen]:
    """Return imports, the newest first."""
    query = select(Import).order_by(Import.created_at.desc(), Import.id.desc())
    if wanted.states:
        query = query.where(Import.state.in_(wanted.states))
    if wanted.by:
        query = query.where(Import.created_by == wanted.by)
    with house.store.read_session() as session:
        if wanted.feed:
            feed = select(Feed.id).where(Feed.name == wanted.feed)
            query = query.where(Import.feed_id.in_(feed))
        if after is not None:
            last = session.get(Import, after)
            if last is None:
                raise NotThere("import", after, [])
            same = (Import.created_at == last.created_at) & (Import.id < after)
            query = query.where((Import.created_at < last.created_at) | same)
        rows = session.scalars(query.limit(limit)).all()
        return [show(house, session, row) for row in rows]


@dataclass(frozen=True, slots=True)
class Unticked:
    """What a person left out: lines of the file, and products that would leave."""

    lines: tuple[int, ...]
    products: tuple[int, ...]


def unticked(row: Import) -> Unticked:
    """Return what was left out of an import.

    Both are in one column: a line is kept as its number, a product as its id below 0.
    """
    kept = row.excluded or ()
    lines = tuple(sorted(number for number in kept if number > 0))
    return Unticked(lines, tuple(sorted(-number for number in kept if number < 0)))


def keep_unticked(row: Import, left_out: Unticked) -> None:
    """Keep what is left out of an import, so that `unticked` gives it."""
    products = {-id for id in left_out.products}
    row.excluded = sorted(set(left_out.lines) | products)


def show(house: House, session: Session, row: Import) -> ImportSeen:
    """Return an import as people see it."""
    feed = None if row.feed_id is None else session.get(Feed, row.feed_id)
    until = _undo_until(house, row)
    is_looked_at = row.state == "previewed"
    moved = read_generation(session) != row.generation if is_looked_at else None
    return ImportSeen(
        id=row.id,
        feed=feed.name if feed else "",
        feed_id=row.feed_id,
        state=row.state,  # type: ignore[arg-type]  # the table allows no other
        source=row.source,
        address=row.address,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        plan=plan_of(row),
        missing=row.missing,  # type: ignore[arg-type]  # as above
        empty=row.empty,  # type: ignore[arg-type]  # as above
        vanish_percent=row.vanish_percent,
        excluded=unticked(row).lines,
        staying=unticked(row).products,
        counts=_read(row.counts, Counts),
        guard=_read(row.guard, Guard),
        has_moved=moved,
        progress=_progress(house, row) if row.state in BUSY else None,
        job=row.job,
        error=row.error,
        error_code=row.error_code,
        receipt=_read(row.receipt, Receipt),
        undo=_read(row.undo, UndoReport),
        can_undo=row.state == "applied" and until is not None and until > now(),
        undo_until=until,
        retry_of=row.retry_of or "",
        by=row.created_by,
        created_at=row.created_at,
        previewed_at=row.previewed_at,
        applied_at=row.applied_at,
        undone_at=row.undone_at,
    )


def _undo_until(house: House, row: Import) -> datetime | None:
    if row.applied_at is None:
        return None
    return row.applied_at + timedelta(days=house.settings[knobs.UNDO_DAYS])


def _progress(house: House, row: Import) -> Progress | None:
    job = find_job(house, row.job) if row.job else None
    if job is None:
        return None
    return Progress(
        job=job.id,
        stage=job.stage,
        percent=job.percent,
        rows=job.rows,
        rows_total=job.rows_total,
        seconds_left=job.seconds_left,
    )


def _read(kept: Any, kind: type[T]) -> T | None:
    return None if kept is None else msgspec.convert(kept, kind, strict=False)
