"""Background work of this room: imports fetched, previewed, applied and undone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.feeds import imports
from entrepot.feeds.feeds import SCHEDULED, get_feed_name, run_feed
from entrepot.feeds.records import get_row, move
from entrepot.feeds.seen import Applying, ImportSeen, Undoing
from entrepot.jobs import KINDS, Ending, Facts, JobKind, Work


def _fetch(house: House, work: Work) -> Facts | None:
    from entrepot.feeds import working

    id = str(work.parameters["import"])
    if _state(house, id) != "fetching":
        return None  # an attempt died after its last word
    sealed = str(work.parameters.get("sealed", ""))
    if not working.fetch_file(house, work, id, sealed=sealed):
        return {"import": id, "state": _state(house, id)}
    with house.store.session() as session:
        move(get_row(session, id), "previewing")
    found = working.preview(house, work, id)
    is_alone = bool(work.parameters.get("unattended"))
    if is_alone and not working.hold(house, id, found):
        with house.store.session() as session:
            move(get_row(session, id), "applying")
        working.apply(house, work, id, Applying(accept_changes=True))
    return {"import": id, "state": _state(house, id)}


def _preview(house: House, work: Work) -> Facts | None:
    from entrepot.feeds import working

    id = str(work.parameters["import"])
    if _state(house, id) != "previewing":
        return None
    found = working.preview(house, work, id)
    return {"import": id, "rows": found.counts.rows}


def _apply(house: House, work: Work) -> Facts | None:
    from entrepot.feeds import working

    id = str(work.parameters["import"])
    if _state(house, id) != "applying":
        return None
    agreed = Applying(
        accept_changes=bool(work.parameters.get("accept_changes")),
        accept_vanished=bool(work.parameters.get("accept_vanished")),
    )
    counts = working.apply(house, work, id, agreed)
    return {"import": id, "created": counts.created, "updated": counts.updated}


def _undo(house: House, work: Work) -> Facts | None:
    from entrepot.feeds import working

    id = str(work.parameters["import"])
    if _state(house, id) != "undoing":
        return None
    is_forced = work.parameters.get("conflicts") == "force"
    how = Undoing(conflicts="force" if is_forced else "skip")
    report = working.undo(house, work, id, how)
    return {"import": id, "deleted": report.deleted, "restored": report.restored}


def _scheduled(house: House, work: Work) -> Facts:
    feed = get_feed_name(house, int(str(work.parameters["feed_id"])))
    seen: ImportSeen = run_feed(house, feed, by=f"feed:{feed}", is_unattended=True)
    return {"import": seen.id}


def _state(house: House, id: str) -> str:
    with house.store.read_session() as session:
        return get_row(session, id).state


def _ended(house: House, session: Session, parameters: Facts, ending: Ending) -> None:
    from entrepot.feeds.working import fail

    id = str(parameters["import"])
    fail(session, id, ending.state, ending.code, ending.message)


for _kind, _summary, _run in (
    (imports.FETCH, "Fetch the file of an import, and look at it.", _fetch),
    (imports.PREVIEW, "Find out what an import would change.", _preview),
    (imports.APPLY, "Write an import to the catalogue.", _apply),
    (imports.UNDO, "Take an import back.", _undo),
):
    KINDS[_kind] = JobKind(
        name=_kind, summary=_summary, run=_run, queue="large", ended=_ended
    )
KINDS[SCHEDULED] = JobKind(
    name=SCHEDULED, summary="Fetch a feed's file and import it.", run=_scheduled
)
