"""Searches that people keep: their own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.errors import Denied, InvalidValue, NotThere, TooMuch
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.watch.errors import SearchNameTaken
from entrepot.watch.events import SearchChanged, SearchRemoved, SearchSaved
from entrepot.watch.models import LogSearch
from entrepot.watch.search.parsing import parse_query

MOST = 500
"""Searches that one person keeps."""
LONGEST_NAME, LONGEST_DESCRIPTION = 200, 2_000
GREATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSeen:
    """A saved search, as somebody sees it.

    Attributes:
        is_mine: Whoever looks may change it.
    """

    id: int
    name: str
    description: str
    query: str
    is_shared: bool
    is_mine: bool
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWanted:
    """A search that is to be kept."""

    name: str
    query: str
    description: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchChange:
    """What shall be different; what is None stays."""

    name: str | None = None
    query: str | None = None
    description: str | None = None
    is_shared: bool | None = None


def list_searches(house: House, who: Identity) -> list[SearchSeen]:
    """Return one's own searches and the shared ones, sorted by name."""
    rows = select(LogSearch).where(_visible(who)).order_by(LogSearch.name, LogSearch.id)
    with house.store.read_session() as session:
        return [_see(row, who) for row in session.scalars(rows)]


def get_search(house: House, who: Identity, id: int) -> SearchSeen:
    """Return one of them.

    Raises:
        NotThere: There is none with this id that one may see.
    """
    with house.store.read_session() as session:
        return _see(_find(session, who, id), who)


def find_search(house: House, who: Identity, name: str) -> SearchSeen:
    """Return the search of a name: one's own before a shared one.

    Raises:
        NotThere: There is none of this name that one may see.
    """
    found = list_searches(house, who)
    named = [one for one in found if one.name == name]
    if not named:
        raise NotThere("saved search", name, [one.name for one in found])
    return min(named, key=lambda one: not one.is_mine)


def find_same(house: House, who: Identity, query: str) -> SearchSeen | None:
    """Return the search that says this, one's own before a shared one."""
    if not query:
        return None
    same = LogSearch.query == query.strip().replace("\0", "")
    rows = select(LogSearch).where(_visible(who), same).order_by(LogSearch.id)
    with house.store.read_session() as session:
        found = [_see(row, who) for row in session.scalars(rows)]
    return min(found, key=lambda one: not one.is_mine, default=None)


def save_search(house: House, who: Identity, wanted: SearchWanted) -> SearchSeen:
    """Keep a search.

    Raises:
        SearchNameTaken: One of one's own has this name.
        InvalidQuery, InvalidValue: It cannot be read, or a text is too long.
        TooMuch: One keeps too many.
    """
    at = now()
    row = LogSearch(
        name=_name(wanted.name),
        description=_description(wanted.description),
        query=_query(wanted.query),
        is_shared=wanted.is_shared,
        created_by=who.name,
        created_at=at,
        updated_at=at,
    )
    try:
        with house.store.session() as session:
            _check_room(session, who)
            session.add(row)
            session.flush()  # its id, and a name in use shows now
            emit(SearchSaved(id=row.id, name=row.name, is_shared=row.is_shared))
            return _see(row, who)
    except IntegrityError:
        raise _taken(row.name) from None


def change_search(
    house: House, who: Identity, id: int, change: SearchChange
) -> SearchSeen:
    """Change a search of one's own.

    Raises:
        NotThere: There is none with this id that one may see.
        Denied: It is another's.
        SearchNameTaken, InvalidQuery, InvalidValue: As `save_search`.
    """
    given = {
        "name": None if change.name is None else _name(change.name),
        "description": None
        if change.description is None
        else _description(change.description),
        "query": None if change.query is None else _query(change.query),
        "is_shared": change.is_shared,
    }
    try:
        with house.store.session() as session:
            row = _find_mine(session, who, id)
            changed = {
                name: value
                for name, value in given.items()
                if value is not None and value != getattr(row, name)
            }
            for name, value in changed.items():
                setattr(row, name, value)
            if changed:
                row.updated_at = now()
                session.flush()  # a name in use shows now, before the event is out
                emit(SearchChanged(id=id, name=row.name, changed=tuple(changed)))
            return _see(row, who)
    except IntegrityError:
        raise _taken(str(given["name"])) from None


def remove_search(house: House, who: Identity, id: int) -> SearchSeen:
    """Forget a search of one's own; return what it was.

    Raises:
        NotThere: There is none with this id that one may see.
        Denied: It is another's.
    """
    with house.store.session() as session:
        row = _find_mine(session, who, id)
        seen = _see(row, who)
        session.delete(row)
        emit(SearchRemoved(id=id, name=seen.name))
    return seen


def _visible(who: Identity) -> ColumnElement[bool]:
    return or_(LogSearch.created_by == who.name, LogSearch.is_shared)


def _find(session: Session, who: Identity, id: int) -> LogSearch:
    row = None
    if 0 < id <= GREATEST_ID:
        wanted = select(LogSearch).where(LogSearch.id == id, _visible(who))
        row = session.scalar(wanted)
    if row is None:
        raise NotThere("saved search", str(id), [])
    return row


def _find_mine(session: Session, who: Identity, id: int) -> LogSearch:
    row = _find(session, who, id)
    if not _is_mine(row, who):
        raise Denied(f"it is {row.created_by}'s, who alone may change it")
    return row


def _is_mine(row: LogSearch, who: Identity) -> bool:
    return row.created_by == who.name or (row.is_shared and who.role == "admin")


def _see(row: LogSearch, who: Identity) -> SearchSeen:
    return SearchSeen(
        id=row.id,
        name=row.name,
        description=row.description,
        query=row.query,
        is_shared=row.is_shared,
        is_mine=_is_mine(row, who),
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _check_room(session: Session, who: Identity) -> None:
    own = LogSearch.created_by == who.name
    count = session.scalar(select(func.count()).select_from(LogSearch).where(own)) or 0
    if count >= MOST:
        raise TooMuch(f"you keep {MOST} searches already", hint="remove some first")


def _name(text: str) -> str:
    name = _plain("name", text.strip(), LONGEST_NAME)
    if not name:
        raise InvalidValue("name: a saved search has one")
    return name


def _description(text: str) -> str:
    return _plain("description", text, LONGEST_DESCRIPTION)


def _query(text: str) -> str:
    parse_query(text, name="query")
    return _plain("query", text.strip(), len(text))


def _plain(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise InvalidValue(f"{name}: longer than {most} characters")
    if "\0" in text:  # PostgreSQL keeps none
        raise InvalidValue(f"{name}: a text holds no NUL")
    return text.encode("utf-8", "replace").decode()


def _taken(name: str) -> SearchNameTaken:
    return SearchNameTaken(
        f"you have a saved search named {name!r} already",
        hint="change that one, or choose another name",
    )
