"""What people may ask of statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from entrepot.base.house import House
from entrepot.connections import get_connection
from entrepot.watch.history.statements.server import (
    ServerStatements,
    list_server_statements,
)
from entrepot.watch.history.statements.spec import Sort, StatementUse
from entrepot.watch.history.statements.store import OWN, list_statements

OURS = "-"
"""How people name our own database, where others have the connection's name."""


def list_shapes(
    house: House,
    *,
    connection: str = "",
    since: datetime,
    until: datetime,
    sort: Sort = "total",
    limit: int = 50,
    is_from_server: bool = False,
    shape: str = "",
    with_own_plans: bool = False,
) -> ServerStatements:
    """Return shapes of statements, the longest work first.

    Args:
        connection: Empty for all that were measured; of a server, for our own.
        is_from_server: As the database itself counted them, since whenever it did.
        shape: Only this one.
        with_own_plans: Also of our own database, whose tables are for admins.

    Raises:
        NotThere: There is no such connection.
        Unavailable, Refused: A database does not answer.
    """
    name = _known(house, connection)
    if is_from_server:
        return list_server_statements(house, name, sort=sort, limit=limit)
    with house.store.read_session() as session:
        found = list_statements(
            session,
            connection=None if connection == "" else name,
            since=since.timestamp(),
            until=until.timestamp(),
            sort=sort,
            limit=limit,
            shape=shape,
        )
    seen = found if with_own_plans else _without_own_plans(found)
    return ServerStatements(statements=seen)


def _known(house: House, connection: str) -> str:
    if connection == OURS:
        return OWN
    return get_connection(house, connection).name if connection else ""


def _without_own_plans(found: list[StatementUse]) -> list[StatementUse]:
    return [
        one if one.connection else replace(one, plan=None, planned_at=None)
        for one in found
    ]
