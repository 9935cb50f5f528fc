"""Saved queries as people see them: those they may see, found by name or words."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.console.models import Query, QueryVersion
from entrepot.console.saved.spec import Parameter, QuerySeen, VersionSeen
from entrepot.console.texts import check_plain

GREATEST_ID = 2**31 - 1

ALL = 1_000_000
"""More than there are: a limit where all are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFilter:
    """Which queries are meant; what is empty limits nothing.

    Attributes:
        q: Stands in the name, the description or the SQL, in any case.
        whose: `mine`, `shared` or `all` that one may see.
    """

    q: str = ""
    tag: str = ""
    connection: str = ""
    whose: str = "all"


def list_queries(
    house: House,
    who: Identity,
    wanted: QueryFilter,
    *,
    limit: int = 500,
    offset: int = 0,
) -> list[QuerySeen]:
    """Return the saved queries that somebody may see, sorted by name.

    Those of others that are not shared are nobody else's to see, nor an admin's.
    """
    check_plain(wanted.q, wanted.connection)
    query = _joined().where(*_visible(who, wanted.whose))
    if wanted.connection:
        query = query.where(Query.connection == wanted.connection)
    if wanted.q:
        places = (Query.name, Query.description, QueryVersion.sql)
        found = [place.icontains(wanted.q, autoescape=True) for place in places]
        query = query.where(or_(*found))
    query = query.order_by(Query.name, Query.id)
    if not wanted.tag:  # tags are JSON, which databases ask in ways of their own
        query = query.offset(offset).limit(limit)
    with house.store.read_session() as session:
        rows = session.execute(query)
        seen = [_see(row, version, who) for row, version in rows]
    if wanted.tag:
        tagged = [one for one in seen if wanted.tag in one.tags]
        return tagged[offset : offset + limit]
    return seen


def list_tags(house: House, who: Identity) -> list[str]:
    """Return the tags of the saved queries that somebody may see, sorted."""
    query = select(Query.tags).where(*_visible(who, "all"))
    with house.store.read_session() as session:
        return sorted({tag for tags in session.scalars(query) for tag in tags})


def get_query(house: House, who: Identity, id: int) -> QuerySeen:
    """Return a saved query of one's own, or a shared one.

    Raises:
        NotThere: There is none with this id that one may see.
    """
    with house.store.read_session() as session:
        return _see(*_find(session, who, id), who)


def can_see(house: House, who: Identity, id: int) -> bool:
    """Tell whether there is such a saved query, and one may see it."""
    if id > GREATEST_ID:
        return False
    query = select(Query.id).where(Query.id == id, *_visible(who, "all"))
    with house.store.read_session() as session:
        return session.scalar(query) is not None


def find_query(house: House, who: Identity, name: str) -> QuerySeen:
    """Return the saved query of a name: one's own before a shared one.

    Raises:
        NotThere: There is none of this name that one may see.
    """
    found = list_queries(house, who, QueryFilter(), limit=ALL)
    named = [one for one in found if one.name == name]
    if not named:
        raise NotThere("saved query", name, [one.name for one in found])
    return min(named, key=lambda one: one.created_by != who.name)


def _joined() -> Select[Query, QueryVersion]:
    newest = QueryVersion.version == Query.version
    return select(Query, QueryVersion).join(
        QueryVersion, (QueryVersion.query_id == Query.id) & newest
    )


def _visible(who: Identity, whose: str) -> list[ColumnElement[bool]]:
    is_mine, is_shared = Query.created_by == who.name, Query.is_shared.is_(True)
    if whose == "mine":
        return [is_mine]
    if whose == "shared":
        return [is_shared]
    return [or_(is_mine, is_shared)]


def _find(session: Session, who: Identity, id: int) -> tuple[Query, QueryVersion]:
    query = _joined().where(Query.id == id, *_visible(who, "all"))
    found = session.execute(query).one_or_none() if id <= GREATEST_ID else None
    if found is None:
        raise NotThere("saved query", str(id), [])
    return found[0], found[1]


def _see(row: Query, version: QueryVersion, who: Identity) -> QuerySeen:
    said = see_version(version)
    return QuerySeen(
        id=row.id,
        name=row.name,
        description=row.description,
        connection=row.connection,
        tags=row.tags,
        is_shared=row.is_shared,
        is_mine=row.created_by == who.name or who.role == "admin",
        version=row.version,
        sql=said.sql,
        parameters=said.parameters,
        tables=said.tables,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def see_version(row: QueryVersion) -> VersionSeen:
    return VersionSeen(
        version=row.version,
        sql=row.sql,
        parameters=msgspec.convert(row.parameters, list[Parameter]),
        tables=row.tables,
        note=row.note,
        created_by=row.created_by,
        created_at=row.created_at,
    )
