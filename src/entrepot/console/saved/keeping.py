"""Saved queries: kept, found, changed, removed; each change of the text a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.errors import Denied, InvalidValue
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.connections import get_connection
from entrepot.console import statements
from entrepot.console.binding import place_names
from entrepot.console.errors import QueryNameTaken, QueryNewer
from entrepot.console.events import QueryChanged, QueryRemoved, QuerySaved
from entrepot.console.models import Query, QueryVersion
from entrepot.console.saved.parameters import declared
from entrepot.console.saved.seeing import get_query
from entrepot.console.saved.spec import (
    Parameter,
    QueryChange,
    QuerySeen,
    QueryWanted,
)
from entrepot.console.saved.tables import tables_of
from entrepot.console.texts import check_plain


def save_query(house: House, who: Identity, wanted: QueryWanted) -> QuerySeen:
    """Keep a query.

    Raises:
        NotThere: There is no such connection.
        QueryNameTaken: One of one's own has this name.
        Invalid: The SQL or a parameter cannot be right.
    """
    at, name = now(), _name(wanted.name)
    check_plain(name, wanted.description, wanted.note, *wanted.tags)
    row = Query(
        name=name,
        description=wanted.description,
        connection=wanted.connection,
        tags=_tags(wanted.tags),
        is_shared=wanted.is_shared,
        version=1,
        created_by=who.name,
        created_at=at,
        updated_at=at,
    )
    version = _version(house, who, wanted.connection, wanted.sql, wanted.parameters)
    version.note = wanted.note
    try:
        with house.store.session() as session:
            session.add(row)
            session.flush()
            version.query_id, version.version = row.id, 1
            session.add(version)
            emit(
                QuerySaved(
                    id=row.id,
                    name=name,
                    connection=row.connection,
                    is_shared=row.is_shared,
                )
            )
    except IntegrityError:
        raise _taken(name) from None
    return get_query(house, who, row.id)


def change_query(
    house: House, who: Identity, id: int, change: QueryChange
) -> QuerySeen:
    """Change a saved query; another text or other parameters make a new version.

    Raises:
        NotThere: There is none with this id that one may see, or no such connection.
        Denied: It is another's.
        QueryNewer: Somebody changed it since the version that was looked at.
        QueryNameTaken, Invalid: As `save_query`.
    """
    seen = get_query(house, who, id)
    _check_mine(seen)
    _check_newest(seen, change)
    texts = (change.name, change.description, change.note, *(change.tags or ()))
    check_plain(*(text for text in texts if text))
    after = _after(house, seen, change)
    version = None
    if (after.sql, after.parameters) != (seen.sql, seen.parameters):
        version = _version(house, who, after.connection, after.sql, after.parameters)
        version.note = change.note
    elif after.connection != seen.connection:
        get_connection(house, after.connection)
    try:
        with house.store.session() as session:
            _write(session, who, id, seen, after, version)
    except IntegrityError:
        raise _taken(after.name) from None
    return get_query(house, who, id)


def remove_query(house: House, who: Identity, id: int) -> None:
    """Remove a saved query with its versions; its runs stay in the history.

    Raises:
        NotThere: There is none with this id that one may see.
        Denied: It is another's.
    """
    seen = get_query(house, who, id)
    _check_mine(seen)
    with house.store.session() as session:
        session.execute(delete(QueryVersion).where(QueryVersion.query_id == id))
        session.execute(delete(Query).where(Query.id == id))
        emit(QueryRemoved(id=id, name=seen.name))


def _version(
    house: House,
    who: Identity,
    connection: str,
    sql: str,
    parameters: Sequence[Parameter] | None,
) -> QueryVersion:
    dialect = get_connection(house, connection).dialect
    statements.check(sql, dialect)
    found = declared(sql, parameters, dialect)
    return QueryVersion(
        sql=sql,
        parameters=msgspec.to_builtins(found),
        tables=tables_of(sql, dialect),
        created_by=who.name,
        created_at=now(),
    )


def _after(house: House, seen: QuerySeen, change: QueryChange) -> QuerySeen:
    """Return the query as the change wants it."""
    names = ("name", "description", "connection", "sql", "parameters", "is_shared")
    given = {name: getattr(change, name) for name in names}
    wanted = {name: value for name, value in given.items() if value is not None}
    place = str(wanted.get("connection", seen.connection))
    if change.name is not None:
        wanted["name"] = _name(change.name)
    if change.description is not None:
        wanted["description"] = change.description
    if change.tags is not None:
        wanted["tags"] = _tags(change.tags)
    if change.sql is not None and change.parameters is None:
        dialect = get_connection(house, place).dialect
        wanted["parameters"] = _still_there(seen, change.sql, dialect)
    return replace(seen, **wanted)


def _still_there(seen: QuerySeen, sql: str, dialect: str) -> list[Parameter]:
    """Return the parameters of the old text that the new one has, and its new ones."""
    old = {one.name: one for one in seen.parameters}
    names = place_names(sql, dialect)
    return [old.get(name) or Parameter(name=name) for name in names]


def _write(
    session: Session,
    who: Identity,
    id: int,
    seen: QuerySeen,
    after: QuerySeen,
    version: QueryVersion | None,
) -> None:
    row = session.get_one(Query, id, with_for_update=True)
    if row.version != seen.version:
        raise _newer(row.version)
    fields = ("name", "description", "connection", "tags", "is_shared")
    changed = [f for f in fields if getattr(after, f) != getattr(seen, f)]
    for name in changed:
        setattr(row, name, getattr(after, name))
    row.updated_at = now()
    if version is not None:
        row.version += 1
        version.query_id, version.version = id, row.version
        session.add(version)
        changed.append("sql")
    emit(
        QueryChanged(id=id, name=row.name, version=row.version, changed=tuple(changed))
    )


def _check_mine(seen: QuerySeen) -> None:
    if not seen.is_mine:
        raise Denied(
            f"{seen.name!r} is {seen.created_by}'s",
            hint="save a copy of your own",
        )


def _check_newest(seen: QuerySeen, change: QueryChange) -> None:
    if change.version is not None and change.version != seen.version:
        raise _newer(seen.version)


def _newer(version: int) -> QueryNewer:
    return QueryNewer(
        f"somebody saved version {version} meanwhile",
        hint="look at what changed, then save yours again or as a copy",
        version=version,
    )


def _taken(name: str) -> QueryNameTaken:
    return QueryNameTaken(f"a query of yours is called {name!r} already")


def _name(name: str) -> str:
    if not name.strip():
        raise InvalidValue("a name has at least one character")
    return name.strip()


def _tags(tags: Sequence[str]) -> list[str]:
    return sorted({tag.strip() for tag in tags if tag.strip()})
