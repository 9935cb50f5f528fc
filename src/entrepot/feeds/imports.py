"""Imports: a file comes in, is looked at, previewed, applied, and undone.

Every verb returns the import as it is then; what takes long goes on as its job.
"""

from __future__ import annotations

import shutil
from typing import IO
from uuid import uuid4

import msgspec
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import Expired, IllegalMove
from entrepot.base.house import House
from entrepot.base.secrets import seal
from entrepot.base.times import now
from entrepot.feeds.feed_models import Feed, Import
from entrepot.feeds.reading import Plan
from entrepot.feeds.records import (
    FILE,
    Unticked,
    find_imports,
    folder_of,
    get_feed_row,
    get_row,
    keep_unticked,
    move,
    plan_of,
    show,
    unticked,
)
from entrepot.feeds.registry import FEED_SOURCES
from entrepot.feeds.seen import (
    Applying,
    ImportChange,
    ImportFilter,
    ImportSeen,
    ImportWanted,
    Undoing,
)
from entrepot.feeds.spec import Fetched, Fetching
from entrepot.feeds.states import BUSY, ImportState
from entrepot.jobs import Wanted, cancel_job, submit_job

NOTHING = Applying()
GENTLY = Undoing()

FETCH = "feeds.fetch.v1"
PREVIEW = "feeds.preview.v1"
APPLY = "feeds.apply.v1"
UNDO = "feeds.undo.v1"


def take_upload(
    house: House,
    stream: IO[bytes],
    *,
    name: str,
    feed: str = "",
    like: str = "",
    by: str,
) -> ImportSeen:
    """Keep a file that somebody sent, and look at it: state `inspected`.

    Args:
        like: Id of an import whose plan it has; it belongs to no feed.

    Raises:
        NotThere: There is no feed of this name.
        TooMuch: It is larger than it may be.
        Invalid: No format can read it.
    """
    from entrepot.feeds.working import look

    id = uuid4().hex
    folder = folder_of(house, id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        fetched = FEED_SOURCES.get("upload").fetch(
            Fetching(
                address=name, to=folder / FILE, settings=house.settings, stream=stream
            )
        )
        wanted = ImportWanted(feed=feed, source="upload")
        known = _keep_upload(house, id, wanted, fetched, like=like, by=by)
        look(house, id, known=known)
    except BaseException:
        _drop(house, id)
        raise
    return get_import(house, id)


def _keep_upload(
    house: House, id: str, wanted: ImportWanted, fetched: Fetched, *, like: str, by: str
) -> Plan | None:
    with house.store.session() as session:
        row = _row(session, id, wanted, by=by)
        row.state, row.sha256 = "uploaded", fetched.sha256
        row.file_name, row.size_bytes = fetched.name[-255:], fetched.size_bytes
        if like:
            row.plan, row.empty = (
                (other := get_row(session, like)).plan,
                other.empty,
            )
        return plan_of(row)


def _drop(house: House, id: str) -> None:
    with house.store.session() as session:
        kept = session.get(Import, id)
        if kept is not None:
            session.delete(kept)
    shutil.rmtree(folder_of(house, id), ignore_errors=True)


def start_import(
    house: House, wanted: ImportWanted, *, by: str, is_unattended: bool = False
) -> ImportSeen:
    """Have a file fetched and looked at by a job: state `fetching`, then `inspected`.

    A feed with a plan is previewed at once; its file is `unchanged` where it is the
    one that was applied last.

    Args:
        is_unattended: It is applied as well, unless more vanishes than may.

    Raises:
        NotThere: There is no feed of this name.
        UnknownName: There is no such source.
        Invalid: The address is none, or one that may not be used.
    """
    id = uuid4().hex
    with house.store.joined_session() as session:
        row = _row(session, id, wanted, by=by)
        row.state = "fetching"
        source = FEED_SOURCES.get(row.source)
        source.check(row.address, house.settings)
        facts: dict[str, object] = {"unattended": is_unattended}
        if wanted.secret:
            facts["sealed"] = seal(house.settings, wanted.secret.encode()).hex()
        _submit(house, session, row, FETCH, "Fetch", **facts)
        return show(house, session, row)


def get_import(house: House, id: str) -> ImportSeen:
    """Return one import.

    Raises:
        NotThere: There is none of this id.
    """
    with house.store.read_session() as session:
        return show(house, session, get_row(session, id))


def list_imports(
    house: House, wanted: ImportFilter, *, limit: int, after: str | None = None
) -> list[ImportSeen]:
    """Return imports, the newest first; `after` is the id of the last one seen."""
    return find_imports(house, wanted, limit=limit, after=after)


def change_import(house: House, id: str, change: ImportChange) -> ImportSeen:
    """Read its file another way, or leave some of its lines out.

    Raises:
        IllegalMove: A job is at work on it, or it was applied.
        Invalid: The plan is none.
    """
    from entrepot.feeds.reading import check_plan

    if change.plan is not None:
        check_plan(change.plan)
    with house.store.session() as session:
        row = get_row(session, id)
        if row.state in (*BUSY, "applied", "unchanged"):
            raise IllegalMove(f"an import that is {row.state} stays as it is")
        for name in ("missing", "empty", "vanish_percent"):
            value = getattr(change, name)
            if value is not None and value != getattr(row, name):
                setattr(row, name, value)
                _forget_preview(row)
        if change.feed is not None:
            row.feed_id = get_feed_row(session, change.feed).id if change.feed else None
            _forget_preview(row)
        if change.plan is not None:
            plan = msgspec.to_builtins(change.plan)
            if plan != row.plan:
                row.plan = plan
                _forget_preview(row)
        _leave_out(row, change)
        session.flush()  # the answer tells what is there now
        return show(house, session, row)


def _leave_out(row: Import, change: ImportChange) -> None:
    old = unticked(row)
    lines = old.lines if change.excluded is None else change.excluded
    products = old.products if change.staying is None else change.staying
    keep_unticked(row, Unticked(lines, products))


def preview_import(house: House, id: str, *, by: str) -> ImportSeen:
    """Have a job find out what it would change: `previewing`, then `previewed`.

    Raises:
        IllegalMove: Its state does not lead there.
        Expired: Its file is not kept any more.
    """
    return _begin(house, id, "previewing", PREVIEW, "Preview")


def apply_import(
    house: House, id: str, *, agreed: Applying = NOTHING, by: str
) -> ImportSeen:
    """Have a job write what the preview showed: `applying`, then `applied`.

    Where the catalogue changed since, so that other rows would change, it is
    `previewed` again, with the error `catalogue-moved`; so it is with
    `too-many-vanish`.

    Raises:
        IllegalMove: It was not previewed.
    """
    facts = msgspec.to_builtins(agreed)
    return _begin(house, id, "applying", APPLY, "Import", **facts)


def undo_import(house: House, id: str, *, how: Undoing = GENTLY, by: str) -> ImportSeen:
    """Have a job take back what it wrote: `undoing`, then `undone`.

    Raises:
        IllegalMove: It was not applied.
        Expired: That is too long ago.
    """
    check_undo(house, id)
    facts = {"conflicts": how.conflicts}
    return _begin(house, id, "undoing", UNDO, "Undo", **facts)


def check_undo(house: House, id: str) -> None:
    """Look whether an import was applied so lately that it can be undone.

    Raises:
        Expired: That is too long ago.
    """
    seen = get_import(house, id)
    if seen.undo_until is not None and seen.undo_until < now():
        raise Expired(
            f"the import was applied on {seen.applied_at:%Y-%m-%d}, too long ago",
            hint="raise ENTREPOT_FEEDS_UNDO_DAYS to undo it all the same",
        )


def cancel_import(house: House, id: str, *, by: str) -> ImportSeen:
    """End the job that works on it, or let it be for good; nothing was written.

    Raises:
        IllegalMove: It is over.
    """
    with house.store.session() as session:
        row = get_row(session, id)
        if row.state in BUSY and row.job:
            cancel_job(house, row.job)
        else:
            move(row, "cancelled")
        session.flush()  # the answer tells what is there now
        return show(house, session, row)


def delete_import(house: House, id: str, *, by: str) -> ImportSeen:
    """Forget its file and its changes; the record of what it did stays.

    Raises:
        IllegalMove: A job is at work on it.
    """
    with house.store.session() as session:
        row = get_row(session, id)
        seen = show(house, session, row)
        if row.state in BUSY:
            raise IllegalMove(f"a job is at work: the import is {row.state}")
        if row.state not in ("applied", "undone", "unchanged"):
            session.delete(row)
    shutil.rmtree(folder_of(house, id), ignore_errors=True)
    return seen


def _begin(
    house: House, id: str, state: ImportState, kind: str, title: str, **facts: object
) -> ImportSeen:
    with house.store.session() as session:
        row = get_row(session, id)
        move(row, state)
        needed = FILE if state == "previewing" else ""
        if needed and not (folder_of(house, id) / needed).exists():
            raise Expired("the import's file is not kept any more")
        row.error = row.error_code = ""
        _submit(house, session, row, kind, title, **facts)
    return get_import(house, id)


def _submit(
    house: House, session: Session, row: Import, kind: str, title: str, **facts: object
) -> None:
    named = row.file_name or row.address
    wanted = Wanted(
        kind=kind,
        title=f"{title} {named}"[:200],
        subject=f"import:{row.id}",
        parameters={"import": row.id, **facts},
    )
    row.job = submit_job(house, wanted)
    session.flush()  # the job and its import begin together


def _row(session: Session, id: str, wanted: ImportWanted, *, by: str) -> Import:
    row = Import(
        id=id,
        source=wanted.source,
        address=wanted.address,
        created_by=by,
        user_id=current().user_id,
        state="fetching",
    )
    if wanted.feed:
        feed = get_feed_row(session, wanted.feed)
        _take_after(row, feed)
        if not wanted.source:
            row.source, row.address = feed.source, feed.address
    session.add(row)
    return row


def _take_after(row: Import, feed: Feed) -> None:
    row.feed_id, row.plan = feed.id, feed.plan
    row.missing, row.empty = feed.missing, feed.empty
    row.vanish_percent = feed.vanish_percent


def _forget_preview(row: Import) -> None:
    if row.state != "inspected":
        move(row, "inspected")
    row.counts = row.guard = row.generation = None
    row.changes_sha256 = ""
