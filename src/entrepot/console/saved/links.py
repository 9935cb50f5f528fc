"""Links: the exact state of a console tab, kept under an id that nobody guesses."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import select

from entrepot.base.errors import NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.connections import get_connection
from entrepot.console import statements
from entrepot.console.events import LinkMade
from entrepot.console.models import Link
from entrepot.console.saved.seeing import can_see
from entrepot.console.spec import Scalar

ID = re.compile(r"[A-Za-z0-9_-]{22}")
View = Literal["rows", "chart", "plan", "messages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """What a tab of the console shows; nothing of it runs when a link is opened.

    Attributes:
        values: For the places in the SQL, by name.
        chart: How the chart was set, as the page has it.
    """

    connection: Annotated[str, Meta(min_length=1, max_length=100)]
    sql: Annotated[str, Meta(min_length=1)]
    title: Annotated[str, Meta(max_length=200)] = ""
    values: dict[str, Scalar] = field(default_factory=dict)
    max_rows: Annotated[int, Meta(ge=1)] | None = None
    view: View = "rows"
    chart: dict[str, str] = field(default_factory=dict)
    saved_query: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """A link, as whoever opens it sees it."""

    id: str
    url: str
    state: LinkState
    created_by: str
    created_at: datetime


def make_link(house: House, who: Identity, state: LinkState) -> LinkSeen:
    """Keep a state under an id of 22 characters.

    A saved query that whoever makes the link may not see is left out of it.

    Raises:
        NotThere: There is no such connection.
        Invalid: The SQL is too long, or no text.
    """
    get_connection(house, state.connection)
    statements.check_text(state.sql)
    query = state.saved_query
    if query is not None and not can_see(house, who, query):
        query = None
    row = Link(
        id=secrets.token_urlsafe(16),
        state=msgspec.to_builtins(replace(state, saved_query=query)),
        query_id=query,
        created_by=who.name,
        created_at=now(),
    )
    with house.store.session() as session:
        session.add(row)
        emit(LinkMade(id=row.id, connection=state.connection))
    return _see(row)


def open_link(house: House, id: str) -> LinkSeen:
    """Return what a link leads to.

    Raises:
        NotThere: There is no such link, or its connection is gone.
    """
    with house.store.read_session() as session:
        row = session.get(Link, id) if ID.fullmatch(id) else None
    if row is None:
        raise NotThere("link", id[:40], [])
    found = _see(row)
    get_connection(house, found.state.connection)
    return found


def list_links(house: House, query_id: int, *, by: str | None) -> list[LinkSeen]:
    """Return the links to a saved query, the newest first; of one person, or all."""
    query = select(Link).where(Link.query_id == query_id)
    if by is not None:
        query = query.where(Link.created_by == by)
    with house.store.read_session() as session:
        rows = session.scalars(query.order_by(Link.created_at.desc(), Link.id))
        return [_see(row) for row in rows]


def _see(row: Link) -> LinkSeen:
    return LinkSeen(
        id=row.id,
        url=f"/console/links/{row.id}",
        state=msgspec.convert(row.state, LinkState),
        created_by=row.created_by,
        created_at=row.created_at,
    )
