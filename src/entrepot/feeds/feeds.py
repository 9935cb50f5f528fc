"""Feeds: places that products come from again and again."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.entities import check_text, check_word
from entrepot.base.errors import Conflict, IllegalMove, InvalidValue, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.secrets import seal
from entrepot.feeds.events import FeedAdded, FeedChanged, FeedRemoved
from entrepot.feeds.feed_models import Carried, Feed, Import
from entrepot.feeds.feeds_seen import (
    FeedChange,
    FeedSeen,
    FeedWanted,
)
from entrepot.feeds.imports import start_import
from entrepot.feeds.records import get_feed_row, plan_of, show
from entrepot.feeds.registry import FEED_SOURCES
from entrepot.feeds.seen import (
    ImportSeen,
    ImportWanted,
)
from entrepot.feeds.states import EMPTIES, MISSINGS
from entrepot.jobs import (
    ScheduleChange,
    ScheduleSeen,
    ScheduleWanted,
    change_schedule,
    get_schedule,
    schedule_job,
    unschedule,
)

SCHEDULED = "feeds.run.v1"
SET = ("source", "address", "description", "priority", "missing", "empty")


def add_feed(house: House, wanted: FeedWanted, *, by: str) -> FeedSeen:
    """Make a feed, with its schedule where it has times.

    Raises:
        Conflict: There is one of this name.
        UnknownName: There is no such source.
        InvalidValue: The name, the times or the zone are wrong.
    """
    row = Feed(
        name=check_text("name", wanted.name, at_most=100),
        vanish_percent=wanted.vanish_percent,
        created_by=by,
        **{name: getattr(wanted, name) for name in SET},
    )
    row.plan = None if wanted.plan is None else msgspec.to_builtins(wanted.plan)
    if wanted.secret:
        row.secret_sealed = seal(house.settings, wanted.secret.encode())
    _check(house, row)
    with house.store.session() as session:
        _keep(session, row)
        if wanted.cron:
            _schedule(house, row, wanted.cron, wanted.time_zone)
        emit(FeedAdded(name=row.name, source=row.source, address=row.address))
    return get_feed(house, row.name)


def change_feed(house: House, name: str, change: FeedChange, *, by: str) -> FeedSeen:
    """Let a feed be different.

    Raises:
        NotThere: There is none of this name.
        Conflict: There is one of the new name.
        InvalidValue: A value is not possible.
    """
    with house.store.session() as session:
        row = get_feed_row(session, name)
        changed = [n for n in SET if getattr(change, n) is not None]
        for field in changed:
            setattr(row, field, getattr(change, field))
        for field in ("vanish_percent", "is_active"):
            if getattr(change, field) is not None:
                setattr(row, field, getattr(change, field))
                changed.append(field)
        changed += _change_rest(house, row, change)
        _check(house, row)
        _change_times(house, row, name, change)
        if change.name is not None and change.name != name:
            row.name = check_text("name", change.name, at_most=100)
            changed.append("name")
        _keep(session, row)
        emit(FeedChanged(name=name, changed=tuple(changed)))
    return get_feed(house, row.name)


def _change_rest(house: House, row: Feed, change: FeedChange) -> list[str]:
    changed = []
    if change.plan is not None:
        row.plan = msgspec.to_builtins(change.plan)
        changed.append("plan")
    if change.secret is not None:
        sealed = seal(house.settings, change.secret.encode()) if change.secret else None
        row.secret_sealed = sealed
        changed.append("secret")
    if {"plan", "secret"} & set(changed) or change.address is not None:
        row.known = None  # its file is to be looked at again
    return changed


def remove_feed(house: House, name: str, *, by: str) -> FeedSeen:
    """Forget a feed and its schedule; its products and imports stay.

    Raises:
        NotThere: There is none of this name.
    """
    with house.store.session() as session:
        row = get_feed_row(session, name)
        seen = _seen(house, session, row)
        if _find_schedule(house, row) is not None:
            unschedule(house, _schedule_name(row))
        session.delete(row)
        session.flush()  # the deed before the event
        emit(FeedRemoved(name=name))
        return seen


def get_feed(house: House, name: str) -> FeedSeen:
    """Return one feed.

    Raises:
        NotThere: There is none of this name.
    """
    with house.store.read_session() as session:
        return _seen(house, session, get_feed_row(session, name))


def get_feed_name(house: House, id: int) -> str:
    """Return the name of the feed with this number.

    Raises:
        NotThere: There is none.
    """
    with house.store.read_session() as session:
        name = session.scalar(select(Feed.name).where(Feed.id == id))
    if name is None:
        raise NotThere("feed", str(id), [])
    return name


def list_feeds(house: House) -> list[FeedSeen]:
    """Return every feed by name."""
    with house.store.read_session() as session:
        rows = session.scalars(select(Feed).order_by(Feed.name)).all()
        return [_seen(house, session, row) for row in rows]


def run_feed(
    house: House, name: str, *, by: str, is_unattended: bool = False
) -> ImportSeen:
    """Fetch its file now and preview it.

    Args:
        is_unattended: Apply it as well, unless more vanishes than may.

    Raises:
        NotThere: There is none of this name.
        IllegalMove: It rests, or has no source to fetch from.
    """
    seen = get_feed(house, name)
    if not seen.is_active:
        raise IllegalMove(f"the feed {name!r} rests", hint="wake it first")
    if not FEED_SOURCES.get(seen.source).needs_address:
        raise IllegalMove(
            f"the feed {name!r} is sent to us", hint="upload a file for it instead"
        )
    wanted = ImportWanted(feed=name)
    return start_import(house, wanted, by=by, is_unattended=is_unattended)


def _check(house: House, row: Feed) -> None:
    check_word("missing", row.missing, MISSINGS)
    check_word("empty", row.empty, EMPTIES)
    if not 0 <= row.vanish_percent <= 100:
        raise InvalidValue("vanish_percent must be 0 to 100")
    source = FEED_SOURCES.get(row.source)
    if source.needs_address:
        source.check(row.address, house.settings)


def _keep(session: Session, row: Feed) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict(f"there is a feed named {row.name!r}") from None


def _schedule_name(row: Feed) -> str:
    return f"Feed {row.id}"


def _schedule(house: House, row: Feed, cron: str, time_zone: str) -> None:
    wanted = ScheduleWanted(
        name=_schedule_name(row),
        kind=SCHEDULED,
        cron=cron,
        time_zone=time_zone,
        description=f"Import the feed {row.name}."[:500],
        parameters={"feed_id": row.id},
        is_paused=not row.is_active,
    )
    schedule_job(house, wanted)


def _find_schedule(house: House, row: Feed) -> ScheduleSeen | None:
    try:
        return get_schedule(house, _schedule_name(row))
    except NotThere:
        return None


def _change_times(house: House, row: Feed, name: str, change: FeedChange) -> None:
    found = _find_schedule(house, row)
    if found is None:
        if change.cron:
            _schedule(house, row, change.cron, change.time_zone or "UTC")
    elif change.cron == "":
        unschedule(house, found.name)
    else:
        times = ScheduleChange(
            cron=change.cron,
            time_zone=change.time_zone,
            is_paused=None if change.is_active is None else not change.is_active,
        )
        change_schedule(house, found.name, times)


def _seen(house: House, session: Session, row: Feed) -> FeedSeen:
    session.flush()  # its number, and its times
    times = _find_schedule(house, row)
    newest = select(Import).where(Import.feed_id == row.id)
    last = session.scalar(newest.order_by(Import.created_at.desc()).limit(1))
    products = select(func.count()).where(
        Carried.feed_id == row.id, Carried.gone_import_id.is_(None)
    )
    return FeedSeen(
        id=row.id,
        name=row.name,
        description=row.description,
        source=row.source,
        address=row.address,
        has_secret=row.secret_sealed is not None,
        plan=plan_of(row),
        priority=row.priority,
        missing=row.missing,  # type: ignore[arg-type]  # the table allows no other
        empty=row.empty,  # type: ignore[arg-type]  # as above
        vanish_percent=row.vanish_percent,
        is_active=row.is_active,
        products=session.scalar(products) or 0,
        cron=times.cron if times else "",
        time_zone=times.time_zone if times else "UTC",
        next_at=times.next_at if times else None,
        last=None if last is None else show(house, session, last),
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
