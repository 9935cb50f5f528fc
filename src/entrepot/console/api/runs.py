"""`/api/sql/runs`: the history, what runs now, and stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.base.identity import Identity
from entrepot.console import service
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import WHO
from entrepot.console.service import RunFilter
from entrepot.console.spec import RunSeen, State
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"id": "0b1e7c52-4c1f-4f0e-9d55-3f4c1b7a9e10"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsQuery:
    """Which runs, and which part of them."""

    q: Annotated[
        str, Meta(max_length=500, description="Stands in the statement, in any case.")
    ] = ""
    connection: Annotated[str, Meta(max_length=200)] = ""
    state: Annotated[
        tuple[State, ...], Meta(description="Any of these.", max_length=5)
    ] = ()
    since: datetime | None = None
    saved_query: (
        Annotated[int, Meta(ge=1, le=2**31 - 1, description="They came from it.")]
        | None
    ) = None
    everybody: Annotated[bool, Meta(description="Not only one's own; for admins.")] = (
        False
    )
    cursor: Annotated[
        str, Meta(max_length=200, description="`next` of the page before.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningQuery:
    """Whose running statements."""

    everybody: Annotated[bool, Meta(description="Not only one's own; for admins.")] = (
        False
    )


@route(
    bp,
    "GET",
    "/sql/runs",
    Doc(
        query=RunsQuery, data=list[RunSeen], is_paged=True, errors=(InvalidValue, *WHO)
    ),
)
def list_runs(query: RunsQuery) -> Page:
    """List the statements that ran or run, newest first; people see their own."""
    who = require("viewer")
    since = query.since
    if since is not None and since.tzinfo is None:
        raise InvalidValue("since has no zone", hint="write it with Z at its end")
    wanted = RunFilter(
        by=_whose(who, query.everybody),
        q=query.q,
        connection=query.connection,
        states=tuple(query.state),
        since=since,
        saved_query=query.saved_query,
    )
    found = service.list_runs(
        current_house(), wanted, after=query.cursor, limit=query.limit
    )
    following = _address(query, found.next) if found.next else None
    return Page(found.runs, Cut(next=following, limit=query.limit))


@route(
    bp,
    "GET",
    "/sql/running",
    Doc(query=RunningQuery, data=list[RunSeen], errors=WHO),
)
def list_running(query: RunningQuery) -> list[RunSeen]:
    """List the statements that run now, whichever process has them."""
    who = require("viewer")
    _whose(who, query.everybody)
    found = service.list_running(current_house(), who, everybody=query.everybody)
    return found.runs


@route(
    bp,
    "GET",
    "/sql/runs/<id>",
    Doc(data=RunSeen, errors=(NotThere, *WHO), path_examples=EXAMPLE),
)
def get_run(id: str) -> RunSeen:
    """Show a run: how far it is, or how it ended. Asking keeps it alive."""
    return service.get_run(current_house(), require("viewer"), id)


@route(
    bp,
    "POST",
    "/sql/runs/<id>/cancel",
    Doc(data=RunSeen, errors=(NotThere, *WHO), path_examples=EXAMPLE),
)
def cancel_run(id: str) -> RunSeen:
    """Stop a run: its statement is gone from the database within two seconds."""
    return service.stop_run(current_house(), require("viewer"), id)


def _whose(who: Identity, everybody: bool) -> str | None:
    if not everybody:
        return who.name
    require("admin")
    return None


def _address(query: RunsQuery, after: str) -> str:
    given: dict[str, object] = {
        "q": query.q,
        "connection": query.connection,
        "state": query.state,
        "since": query.since.isoformat() if query.since else "",
        "saved_query": query.saved_query,
        "everybody": "true" if query.everybody else "",
    }
    kept = {name: value for name, value in given.items() if value}
    asked = {**kept, "cursor": after, "limit": query.limit}
    return f"/api/sql/runs?{urlencode(asked, doseq=True)}"
