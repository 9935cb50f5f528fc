"""An import as a whole: staged and compared, previewed, applied."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.base.store import Desk
from entrepot.base.times import now
from entrepot.catalogue import State, read_generation
from entrepot.feeds.applying import comparing, matching, telling, writing
from entrepot.feeds.applying.comparing import Wish
from entrepot.feeds.applying.loading import (
    PATH,
    Labels,
    load_labels,
    load_rows,
    write_labels,
)
from entrepot.feeds.applying.spool import CHANGES, Spooled, add_errors, digest
from entrepot.feeds.applying.tables import Tables, make_temporary, tables_of
from entrepot.feeds.applying.tongues import MERGE
from entrepot.feeds.errors import CatalogueMoved, TooManyVanish
from entrepot.feeds.feed_models import Carried
from entrepot.feeds.seen import Applying, Counts, Guard

AGAIN = "changes.again.arrow"
_CACHE_KIB = 8_000
"""Of pages that SQLite keeps while it writes all the indexes of many products."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One import to be worked on.

    Attributes:
        excluded: Lines of the file that are left out.
        staying: Products that left the file and stay as they are.
        rejected_skus: Of the rows that could not be read.
        fetches_pictures: Note what products name anew, to be fetched.
        advance: Called with a stage's name and how much of the whole is done, in
            percent; it may raise to end the work.
    """

    folder: Path
    wish: Wish
    spooled: Spooled
    vanish_percent: int = 100
    excluded: tuple[int, ...] = ()
    staying: tuple[int, ...] = ()
    rejected_skus: tuple[str, ...] = ()
    fetches_pictures: bool = True
    advance: Callable[[str, float], None] = lambda stage, percent: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an import would change.

    Attributes:
        generation: Of the catalogue that it was compared with.
        changes_sha256: Of the changes, one a row.
        pictures: How many are to be fetched now; none while nothing is written.
        seconds: By stage.
    """

    counts: Counts
    guard: Guard | None
    generation: int
    changes_sha256: str
    pictures: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Staged:
    """The temporary tables on one connection, and what they are of."""

    task: Task
    desk: Desk
    tables: Tables
    labels: Labels
    rejected: int
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str, percent: float) -> Iterator[None]:
        self.task.advance(stage, percent)
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + took, 3)


Settle = Callable[[Session, Found], None]


class _Enough(Exception):
    """The preview has written all it would; nothing of it stays."""


def preview(house: House, task: Task) -> Found:
    """Write everything in a transaction and take it back; keep what would change.

    What follows from the products alone (their documents, the search index) is not
    written.
    """
    with _staged(house, task, tells_errors=True) as staged:
        with staged.desk.reading() as session, staged.timed("comparing", 50):
            generation = _compare(session, staged)
            found = _told(session, staged, generation, CHANGES)
        _try(staged)
        return replace(found, seconds=staged.seconds)


def _write(session: Session, staged: _Staged) -> list[tuple[Select[Any], bool]]:
    tables, wish = staged.tables, staged.task.wish
    written = writing.write(session, tables, wish, staged.labels, at=now())
    writing.carry(session, tables, wish)
    return written


def _try(staged: _Staged) -> None:
    with (
        staged.timed("trying", 80),
        suppress(_Enough),
        staged.desk.writing() as session,
    ):
        writing.write(session, staged.tables, staged.task.wish, staged.labels, at=now())
        writing.carry(session, staged.tables, staged.task.wish)
        raise _Enough


def apply(
    house: House,
    task: Task,
    last: Found,
    *,
    agreed: Applying,
    settle: Settle,
) -> Found:
    """Write what the preview found `last`, and return what was written.

    Args:
        settle: Called in the transaction that writes, before it ends.

    Raises:
        CatalogueMoved: Other rows would change than shown; these are kept instead.
        TooManyVanish: More of the feed vanishes than it may unasked.
    """
    if _is_idle(task, last) and _settle_alone(house, last, settle):
        return last
    with _staged(house, task) as staged:
        with staged.desk.reading() as session, staged.timed("comparing", 30):
            generation = _compare(session, staged)
            last = _checked(session, staged, generation, last, agreed)
        with staged.desk.writing() as session:
            with staged.timed("writing", 50):
                at = _lock_generation(session)
                if at != generation:
                    _compare_again(session, staged)
                    last = _checked(session, staged, at, last, agreed)
                _leave_out(session, staged)
                _check_guard(last, _guard(session, staged), agreed)
                last = replace(last, counts=_counts(session, staged))
                written = _write(session, staged)
            with staged.timed("documents", 70):
                writing.refresh(session, written)
                pictures = _note_pictures(session, staged)
            found = replace(last, pictures=pictures, seconds=staged.seconds)
            settle(session, found)
            staged.task.advance("committing", 99)
        return found


def _leave_out(session: Session, staged: _Staged) -> None:
    """Take away what a person unticked: lines of the file, products that leave."""
    writing.exclude(session, staged.tables, staged.task.excluded)
    writing.let_stay(session, staged.tables, staged.task.staying)


def _settle_alone(house: House, last: Found, settle: Settle) -> bool:
    with house.store.session() as session:
        if _lock_generation(session) != last.generation:
            return False
        settle(session, last)
        return True


def _is_idle(task: Task, last: Found) -> bool:
    """Tell whether there is nothing to be written, not even who carries what."""
    counts = last.counts
    if counts.created or counts.updated or counts.vanished:
        return False
    if task.wish.feed_id is None:
        return True
    is_carried = last.guard is not None and last.guard.carried == counts.unchanged
    return is_carried and not counts.rejected and not task.excluded


@contextmanager
def _staged(
    house: House, task: Task, *, tells_errors: bool = False
) -> Iterator[_Staged]:
    """Load the rows beside the products, and find out which they are."""
    tables = tables_of(
        "category_id" if name == PATH else name for name in task.spooled.fields
    )
    with house.store.desk() as desk:
        with desk.reading() as session:
            _prepare(session)
            staged = _Staged(task, desk, tables, load_labels(session), 0)
            with staged.timed("staging", 20):
                make_temporary(session, *tables.all)
                errors = load_rows(
                    session, task.folder, tables, staged.labels, tell=_quiet
                )
                write_labels(session, staged.labels)
            with staged.timed("matching", 40):
                matching.match(session, tables)
                errors += matching.reject(session, tables)
                matching.note_present(session, tables, task.rejected_skus)
            staged.rejected = len({error.line for error in errors})
            if tells_errors:
                add_errors(task.folder, errors)
        yield staged


def _quiet(rows: int) -> None:
    """Say nothing."""


def _prepare(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(MERGE))
    else:
        session.execute(text(f"PRAGMA cache_size = -{_CACHE_KIB}"))


def _compare(session: Session, staged: _Staged) -> int:
    generation = read_generation(session)
    comparing.compare(session, staged.tables, staged.task.wish)
    return generation


def _compare_again(session: Session, staged: _Staged) -> None:
    """Begin the comparison anew: somebody wrote since."""
    tables = staged.tables
    make_temporary(session, tables.diff, tables.new, tables.gone)
    matching.match_anew(session, tables)
    comparing.compare(session, tables, staged.task.wish)


def _lock_generation(session: Session) -> int:
    """Return the generation, which nobody else changes until the transaction ends."""
    wanted = select(State.generation).where(State.id == 1).with_for_update()
    return session.scalar(wanted) or 0


def _told(session: Session, staged: _Staged, generation: int, name: str) -> Found:
    task = staged.task
    telling.tell_changes(session, task.folder, staged.tables, task.wish, name=name)
    return Found(
        counts=_counts(session, staged),
        guard=_guard(session, staged),
        generation=generation,
        changes_sha256=digest(task.folder / name),
    )


def _note_pictures(session: Session, staged: _Staged) -> int:
    is_wanted = staged.task.fetches_pictures
    return writing.note_pictures(session, staged.tables) if is_wanted else 0


def _checked(
    session: Session, staged: _Staged, generation: int, last: Found, agreed: Applying
) -> Found:
    """Return what is written now: what was found last, or what differs and may."""
    if generation == last.generation:
        return last
    found = _told(session, staged, generation, AGAIN)
    folder = staged.task.folder
    if found.changes_sha256 == last.changes_sha256:
        (folder / AGAIN).unlink()
        return found
    (folder / AGAIN).replace(folder / CHANGES)
    if not agreed.accept_changes:
        raise CatalogueMoved(
            "the catalogue changed since the preview, so that other fields would be "
            "written than it showed",
            hint="look at the preview again, or agree to what differs",
            found=found,
        )
    return found


def _check_guard(found: Found, guard: Guard | None, agreed: Applying) -> None:
    """Stop too much from vanishing; what a person let stay does not vanish."""
    if not agreed.accept_vanished and guard is not None:
        check_guard(found, guard)


def check_guard(found: Found, guard: Guard) -> None:
    """Stop what nobody agreed to.

    Raises:
        TooManyVanish: More of the feed vanishes than it may unasked.
    """
    if not guard.is_tripped:
        return
    raise TooManyVanish(
        f"{guard.vanished} of {guard.carried} products would vanish, more than "
        f"{guard.limit_percent} %",
        hint="look whether the file is whole, and agree to it if it is",
        found=found,
        vanished=guard.vanished,
        carried=guard.carried,
    )


def _counts(session: Session, staged: _Staged) -> Counts:
    tables, task = staged.tables, staged.task
    rows = _number(session, select(func.count()).select_from(tables.stage))
    created = _number(session, select(func.count()).select_from(tables.new))
    changed = select(func.count()).where(tables.diff.c.mask != 0)
    updated = _number(session, changed)
    left_out = writing.count_lines(session, tables, task.excluded)
    rejected = task.spooled.rejected + staged.rejected
    skipped = len(task.spooled.skipped) + left_out
    return Counts(
        rows=rows + rejected + len(task.spooled.skipped),
        created=created,
        updated=updated,
        unchanged=rows - created - updated - left_out,
        skipped=skipped,
        rejected=rejected,
        held=comparing.count_held(session, tables),
        vanished=_number(session, select(func.count()).select_from(tables.gone)),
        warnings=task.spooled.warnings,
        fields=comparing.count_fields(session, tables),
    )


def _number(session: Session, counted: object) -> int:
    return session.scalar(counted) or 0  # type: ignore[call-overload]  # a select of one number


def _guard(session: Session, staged: _Staged) -> Guard | None:
    wish = staged.task.wish
    if wish.feed_id is None:
        return None
    carried = _number(
        session,
        select(func.count())
        .select_from(Carried)
        .where(Carried.feed_id == wish.feed_id, Carried.gone_import_id.is_(None)),
    )
    vanished = _number(session, select(func.count()).select_from(staged.tables.gone))
    percent = 100 * vanished / carried if carried else 0.0
    limit = staged.task.vanish_percent
    return Guard(
        carried=carried,
        vanished=vanished,
        percent=round(percent, 1),
        limit_percent=limit,
        is_tripped=percent > limit and wish.missing != "keep",
    )
