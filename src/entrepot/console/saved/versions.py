"""Versions of saved queries: listed, compared, and brought back."""

from __future__ import annotations

from sqlalchemy import select

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.console.models import QueryVersion
from entrepot.console.saved.diffs import Diff, diff
from entrepot.console.saved.keeping import change_query
from entrepot.console.saved.seeing import get_query, see_version
from entrepot.console.saved.spec import QueryChange, QuerySeen, VersionSeen


def list_versions(house: House, who: Identity, id: int) -> list[VersionSeen]:
    """Return every version of a saved query, the newest first.

    Raises:
        NotThere: There is none with this id that one may see.
    """
    get_query(house, who, id)
    query = select(QueryVersion).where(QueryVersion.query_id == id)
    with house.store.read_session() as session:
        rows = session.scalars(query.order_by(QueryVersion.version.desc()))
        return [see_version(row) for row in rows]


def get_version(house: House, who: Identity, id: int, number: int) -> VersionSeen:
    """Return one version of a saved query.

    Raises:
        NotThere: There is no such query or version.
    """
    found = list_versions(house, who, id)
    for version in found:
        if version.version == number:
            return version
    raise NotThere("version", str(number), [str(v.version) for v in found])


def restore_version(house: House, who: Identity, id: int, number: int) -> QuerySeen:
    """Let an older version be the newest again, as a version of its own."""
    old = get_version(house, who, id, number)
    change = QueryChange(
        sql=old.sql, parameters=old.parameters, note=f"version {number} again"
    )
    return change_query(house, who, id, change)


def diff_versions(
    house: House, who: Identity, id: int, old: int | None, new: int | None
) -> Diff:
    """Return how two versions differ; the newest and the one before if none is said.

    Raises:
        NotThere: There is no such query or version.
    """
    last = new if new is not None else get_query(house, who, id).version
    first = old if old is not None else max(1, last - 1)
    return diff(get_version(house, who, id, first), get_version(house, who, id, last))
