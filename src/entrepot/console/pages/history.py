"""Pages: every statement that ran, searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from flask import render_template, url_for
from msgspec import Meta

from entrepot.connections import list_connections
from entrepot.console import service
from entrepot.console.history import RunFilter
from entrepot.console.pages.blueprint import bp
from entrepot.console.spec import RunSeen, State
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

GROUPS: dict[str, tuple[State, ...]] = {
    "All": (),
    "Under way": ("waiting", "running"),
    "Done": ("completed",),
    "Failed": ("failed",),
    "Stopped": ("stopped",),
}
"""Choices of states, by what people call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """Which runs."""

    q: Annotated[str, Meta(max_length=500)] = ""
    connection: Annotated[str, Meta(max_length=200)] = ""
    state: tuple[State, ...] = ()
    everybody: bool = False
    cursor: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Runs, newest first.

    Attributes:
        groups: What is chosen: name, address, and whether it is on.
        whose: The same, of one's own and everybody's; empty for who sees no others.
        next: Address of the older ones; empty at the end.
    """

    runs: list[RunSeen]
    query: HistoryQuery
    connections: list[str]
    groups: list[tuple[str, str, bool]]
    whose: list[tuple[str, str, bool]]
    next: str

    @property
    def is_filtered(self) -> bool:
        """Tell whether some are left out."""
        query = self.query
        return bool(query.q or query.connection or query.state)


@bp.get("/console/history")
@needs("viewer")
def history() -> str:
    """List the statements that ran; people see their own, admins all if they want."""
    query: HistoryQuery = read_query(HistoryQuery)
    who = require("admin" if query.everybody else "viewer")
    wanted = RunFilter(
        by=None if query.everybody else who.name,
        q=query.q,
        connection=query.connection,
        states=query.state,
    )
    house = current_house()
    found = service.list_runs(house, wanted, after=query.cursor, limit=query.limit)
    start = replace(query, cursor="")
    page = HistoryPage(
        runs=found.runs,
        query=query,
        connections=[one.name for one in list_connections(house)],
        groups=[
            (name, _address(replace(start, state=states)), states == query.state)
            for name, states in GROUPS.items()
        ],
        whose=_whose(start) if who.role == "admin" else [],
        next=_address(replace(query, cursor=found.next)) if found.next else "",
    )
    return render_template("console/history.html", page=page)


def _whose(query: HistoryQuery) -> list[tuple[str, str, bool]]:
    return [
        (name, _address(replace(query, everybody=is_all)), is_all == query.everybody)
        for name, is_all in (("Mine", False), ("Everybody's", True))
    ]


def _address(query: HistoryQuery) -> str:
    usual = HistoryQuery()
    return url_for(
        "console_pages.history",
        q=query.q or None,
        connection=query.connection or None,
        state=list(query.state) or None,
        everybody="true" if query.everybody else None,
        cursor=query.cursor or None,
        limit=query.limit if query.limit != usual.limit else None,
    )
