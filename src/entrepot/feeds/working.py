"""What the jobs of imports do: fetch, preview, apply, undo."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.base.errors import Invalid
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.secrets import unseal
from entrepot.base.times import now
from entrepot.catalogue import mapped_at, submit_fetch
from entrepot.feeds.applying import noting, rejected, running, spool, undoing
from entrepot.feeds.applying.comparing import Wish
from entrepot.feeds.applying.mapped import Translator
from entrepot.feeds.applying.running import Found, Task
from entrepot.feeds.errors import CatalogueMoved, TooManyVanish
from entrepot.feeds.events import ImportApplied, ImportFailed, ImportUndone
from entrepot.feeds.feed_models import Feed, Import
from entrepot.feeds.history import add_record, add_undo_record
from entrepot.feeds.reading import Plan, inspect
from entrepot.feeds.records import FILE, folder_of, get_row, move, plan_of, unticked
from entrepot.feeds.registry import FEED_SOURCES
from entrepot.feeds.seen import Applying, Counts, Guard, Undoing, UndoReport
from entrepot.feeds.spec import Fetching, Known
from entrepot.jobs import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An import's row, as far as its work needs it."""

    id: str
    feed: str
    plan: Plan | None
    task: Task
    found: Found | None


def fetch_file(house: House, work: Work, id: str, *, sealed: str = "") -> bool:
    """Bring an import's file, and look at it; tell whether there is a plan for it.

    The file that a feed's last import had ends it as `unchanged`.
    """
    with house.store.read_session() as session:
        row = session.get_one(Import, id)
        feed = None if row.feed_id is None else session.get(Feed, row.feed_id)
        kept = None if feed is None else feed.secret_sealed
        secret = bytes.fromhex(sealed) or kept
        known = msgspec.convert((feed.known if feed else None) or {}, Known)
        plan = plan_of(row)
        if plan is not None and _was_mapped_since(session, row, plan):
            known = Known()  # the same file means something else now
    to = folder_of(house, id) / FILE
    to.parent.mkdir(parents=True, exist_ok=True)
    work.advance(stage="fetching")
    fetched = FEED_SOURCES.get(row.source).fetch(
        Fetching(
            address=row.address,
            to=to,
            settings=house.settings,
            secret=unseal(house.settings, secret).decode() if secret else "",
            known=known,
        )
    )
    is_known = fetched.is_unchanged or (known.sha256 == fetched.sha256 != "")
    with house.store.session() as session:
        row = get_row(session, id)
        row.file_name, row.sha256 = fetched.name[-255:], fetched.sha256
        row.size_bytes = fetched.size_bytes
        row.known = msgspec.to_builtins(fetched.known)
        if is_known and plan is not None:
            move(row, "unchanged")
            row.sync_id = add_record(session, row, Counts(), message="no change").id
    if is_known and plan is not None:
        shutil.rmtree(to.parent, ignore_errors=True)
        return False
    look(house, id, known=plan)
    return plan is not None


def _was_mapped_since(session: Session, row: Import, plan: Plan) -> bool:
    """Tell whether somebody mapped categories since the feed's last import."""
    if not plan.category_tree or row.feed_id is None:
        return False
    last = select(func.max(Import.applied_at)).where(Import.feed_id == row.feed_id)
    at, applied_at = mapped_at(session, plan.category_tree), session.scalar(last)
    return at is not None and applied_at is not None and at > applied_at


def look(house: House, id: str, *, known: Plan | None) -> None:
    """Guess how an import's file is to be read, where nobody has said so.

    Raises:
        Invalid: No format can read it.
    """
    with house.store.read_session() as session:
        row = session.get_one(Import, id)
    seen = inspect(folder_of(house, id) / FILE, row.file_name, known=known)
    with house.store.session() as session:
        row = get_row(session, id)
        row.plan = msgspec.to_builtins(seen.plan)
        move(row, "inspected")


def preview(house: House, work: Work, id: str) -> Found:
    """Read an import's file, and find out what it would change."""
    wanted = _wanted(house, work, id)
    if wanted.plan is None:
        raise Invalid("nobody has said how the file is to be read")
    folder = wanted.task.folder
    tree = wanted.plan.category_tree
    translator = Translator(house, tree) if tree else None
    work.advance(stage="reading", percent=1)
    spooled = spool.spool_rows(
        folder,
        folder / FILE,
        wanted.plan,
        categories=translator,
        tell=lambda rows: work.advance(rows=rows),
    )
    if translator is not None:
        translator.keep_open()
    skus = rejected.keep_rejected(folder, wanted.plan) if spooled.rejected else ()
    task = replace(wanted.task, spooled=spooled, rejected_skus=tuple(skus))
    found = running.preview(house, task)
    with house.store.session() as session:
        row = get_row(session, id)
        _note_found(row, found)
        move(row, "previewed")
    return found


def apply(house: House, work: Work, id: str, agreed: Applying) -> Counts:
    """Write what the preview of an import showed.

    Raises:
        CatalogueMoved: Other rows would change; the import is previewed anew.
        TooManyVanish: More vanishes than may.
    """
    wanted = _wanted(house, work, id)
    assert wanted.found is not None, "only what was previewed is applied"
    began, notes = now(), noting.read_notes(wanted.task.folder)

    def settle(session: Session, found: Found) -> None:
        row = get_row(session, id)
        move(row, "applied")
        row.counts = msgspec.to_builtins(found.counts)
        row.applied_at = now()
        record = add_record(
            session, row, found.counts, began=began, found=found, notes=notes
        )
        row.sync_id = record.id
        row.receipt = (record.meta_data or {}).get("receipt")
        row.error = row.error_code = ""
        if row.feed_id is not None:
            feed = session.get_one(Feed, row.feed_id)
            feed.known, feed.plan = row.known or {"sha256": row.sha256}, row.plan
        session.flush()  # the deed before the event
        emit(_applied(row, wanted.feed, found.counts))

    try:
        done = running.apply(
            house, wanted.task, wanted.found, agreed=agreed, settle=settle
        )
    except (CatalogueMoved, TooManyVanish) as error:
        _back(house, id, error)
        raise
    if done.pictures:
        submit_fetch(house)
    return done.counts


def hold(house: House, id: str, found: Found) -> bool:
    """Tell whether nobody may apply an import unasked, and leave it saying why."""
    try:
        if found.guard is not None:
            running.check_guard(found, found.guard)
    except TooManyVanish as error:
        with house.store.session() as session:
            row = get_row(session, id)
            row.error, row.error_code = error.detail, error.code()
        return True
    return False


def undo(house: House, work: Work, id: str, how: Undoing) -> UndoReport:
    """Take back what an import wrote."""
    with house.store.read_session() as session:
        row = session.get_one(Import, id)
    is_forced = how.conflicts == "force"
    wish = Wish(import_id=id, feed_id=row.feed_id, by=row.created_by)
    reports: list[UndoReport] = []
    began = now()

    def settle(session: Session, undone: undoing.Undone) -> None:
        row = get_row(session, id)
        move(row, "undone")
        row.undone_at = now()
        record = add_undo_record(session, row, undone, began=began)
        report = UndoReport(sync_id=record.id, is_forced=is_forced, **_facts(undone))
        row.undo_sync_id = record.id
        row.undo = msgspec.to_builtins(report)
        if row.feed_id is not None:
            session.get_one(Feed, row.feed_id).known = None
        session.flush()  # the deed before the event
        emit(
            ImportUndone(
                id=id,
                deleted=undone.deleted,
                restored=undone.restored,
                conflicts=undone.conflict_count,
                is_forced=is_forced,
            )
        )
        reports.append(report)

    undoing.undo(
        house,
        wish,
        is_forced=is_forced,
        settle=settle,
        advance=lambda stage, percent: work.advance(stage=stage, percent=percent),
    )
    return reports[0]


def _facts(undone: undoing.Undone) -> dict[str, Any]:
    names = ("deleted", "restored", "kept", "conflict_count", "conflicts")
    return {name: getattr(undone, name) for name in names}


def _wanted(house: House, work: Work, id: str) -> _Wanted:
    folder = folder_of(house, id)
    with house.store.read_session() as session:
        row = session.get_one(Import, id)
        feed = None if row.feed_id is None else session.get_one(Feed, row.feed_id)
    try:
        spooled = spool.read_facts(folder)
    except FileNotFoundError:
        spooled = spool.Spooled(rows=0, fields=(), rejected=0, warnings=0, skipped=())
    plan = plan_of(row)
    task = Task(
        folder=folder,
        spooled=spooled,
        vanish_percent=row.vanish_percent,
        excluded=unticked(row).lines,
        staying=unticked(row).products,
        rejected_skus=tuple(rejected.read_skus(folder)),
        fetches_pictures=plan is None or plan.fetches_pictures,
        advance=lambda stage, percent: work.advance(stage=stage, percent=percent),
        wish=Wish(
            import_id=id,
            feed_id=row.feed_id,
            priority=feed.priority if feed else 0,
            missing=row.missing,  # type: ignore[arg-type]  # the table allows no other
            empty=row.empty,  # type: ignore[arg-type]  # as above
            by=row.created_by,
        ),
    )
    return _Wanted(
        id=id,
        feed=feed.name if feed else "",
        plan=plan,
        task=task,
        found=_found(row),
    )


def _found(row: Import) -> Found | None:
    if row.counts is None or row.generation is None:
        return None
    return Found(
        counts=msgspec.convert(row.counts, Counts),
        guard=None if row.guard is None else msgspec.convert(row.guard, Guard),
        generation=row.generation,
        changes_sha256=row.changes_sha256,
    )


def _note_found(row: Import, found: Found) -> None:
    row.counts = msgspec.to_builtins(found.counts)
    row.guard = None if found.guard is None else msgspec.to_builtins(found.guard)
    row.generation = found.generation
    row.changes_sha256 = found.changes_sha256
    row.previewed_at = now()
    row.error = row.error_code = ""


def _back(house: House, id: str, error: CatalogueMoved | TooManyVanish) -> None:
    """Let an import that was not written be previewed again, and say why."""
    with house.store.session() as session:
        row = get_row(session, id)
        move(row, "previewed")
        _note_found(row, error.found)
        row.error, row.error_code = error.detail, error.code()


def fail(session: Session, id: str, state: str, code: str, message: str) -> None:
    """Leave an import whose job ended without its work done."""
    row = session.scalar(select(Import).where(Import.id == id))
    if row is None:
        return
    if row.state == "undoing":
        row.state = "applied"
    elif row.state == "applying":
        row.state = "previewed"
    elif row.state in ("fetching", "previewing"):
        row.state = "cancelled" if state == "cancelled" else "failed"
    else:
        return
    row.error, row.error_code = message, code[:100]
    if state != "cancelled" and row.state != "applied":
        feed = None if row.feed_id is None else session.get(Feed, row.feed_id)
        session.flush()  # the deed before the event
        name = feed.name if feed else ""
        emit(ImportFailed(id=id, feed=name, code=row.error_code, error=message))


def _applied(row: Import, feed: str, counts: Counts) -> ImportApplied:
    return ImportApplied(
        id=row.id,
        feed=feed,
        file_name=row.file_name,
        sha256=row.sha256,
        created=counts.created,
        updated=counts.updated,
        rejected=counts.rejected,
        vanished=counts.vanished,
    )
