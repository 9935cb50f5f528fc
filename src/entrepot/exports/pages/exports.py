"""Pages: the exports as they get on, newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from flask import Response, render_template, url_for
from msgspec import Meta

from entrepot.base.house import House
from entrepot.exports.api.exports import ExportsQuery
from entrepot.exports.figures import Figures, count_exports
from entrepot.exports.pages.blueprint import bp
from entrepot.exports.pages.lines import Line, cursor, list_lines, owner
from entrepot.exports.receipts import Filter, Status
from entrepot.exports.settings import RETENTION
from entrepot.web import shell
from entrepot.web.guard import needs, require
from entrepot.web.pieces import render_piece
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house, read_query

ON_HOME = 5
OF_TABLE = 20
MOST_CHANGES = 200
GROUPS: dict[str, tuple[Status, ...]] = {
    "All": (),
    "Under way": ("queued", "running"),
    "Done": ("completed",),
    "Failed": ("failed",),
    "Cancelled": ("cancelled",),
    "Expired": ("expired",),
}
"""Choices of states, by what people call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery(ExportsQuery):
    """Which exports, by state and words of their titles."""

    q: Annotated[str, Meta(max_length=200)] = ""

    def wanted(self) -> Filter:
        """Return what this person may see of it."""
        return Filter(
            by=owner(require("viewer")),
            statuses=tuple(self.status),
            since=self.since,
            words=self.q,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsPage:
    """Exports, newest first.

    Attributes:
        groups: What is chosen: name, address, and whether it is on.
        next: Address of the older ones; empty at the end.
        changes: Where those come that change; `since` is the first cursor.
    """

    lines: list[Line]
    figures: Figures
    query: ListQuery
    groups: list[tuple[str, str, bool]]
    next: str
    changes: str
    since: str
    retention_hours: int


@bp.get("/exports")
@needs("viewer")
def index() -> str:
    """List the exports; people see their own, admins all."""
    query: ListQuery = read_query(ListQuery)
    house, wanted = current_house(), query.wanted()
    found = list_lines(house, wanted, limit=query.limit + 1, after=query.after)
    shown = found[: query.limit]
    groups = [
        (name, _address(replace(query, status=list(states), after=None)), on)
        for name, states in GROUPS.items()
        for on in [states == tuple(query.status)]
    ]
    following = (
        replace(query, after=shown[-1].seen.id) if len(found) > len(shown) else None
    )
    page = ExportsPage(
        lines=shown,
        figures=count_exports(house, wanted.by),
        query=query,
        groups=groups,
        next=_address(following) if following else "",
        changes=url_for("exports_pages.changes", q=query.q or None),
        since=cursor(shown),
        retention_hours=house.settings[RETENTION],
    )
    return render_template("exports/index.html", page=page)


@bp.get("/exports/changes")
@quiet
@needs("viewer")
def changes() -> Response:
    """Show the exports that changed, as a part of the page; 304 while none did."""
    query: ListQuery = read_query(ListQuery)
    found = list_lines(current_house(), query.wanted(), limit=MOST_CHANGES + 1)
    return render_piece(
        "exports/changes.html",
        lines=found[:MOST_CHANGES],
        since=cursor(found, before=query.since),
        is_more=len(found) > MOST_CHANGES,
    )


def _address(query: ListQuery) -> str:
    values = {"q": query.q, "status": query.status, "after": query.after}
    limit = query.limit if query.limit != ListQuery().limit else None
    given = {name: value for name, value in values.items() if value}
    return url_for("exports_pages.index", limit=limit, **given)  # type: ignore[arg-type]  # texts and lists of them


def _latest(house: House, subject: str) -> list[Line] | None:
    wanted = Filter(by=owner(require("viewer")))
    return list_lines(house, wanted, limit=ON_HOME) or None


def _of_table(house: House, subject: str) -> list[Line] | None:
    table = shell.read_table_subject(subject)
    wanted = Filter(
        by=owner(require("viewer")),
        table=(table.connection, table.schema, table.table),
    )
    return list_lines(house, wanted, limit=OF_TABLE) or None


shell.PLACES.append(
    shell.Place(
        label="Exports",
        endpoint="exports_pages.index",
        icon="outbound",
        group="In and out",
        letter="X",
        order=20,
    )
)
shell.PANELS.append(
    shell.Panel(
        page="home",
        endpoint="exports_pages.index",
        template="exports/latest.html",
        load=_latest,
        order=20,
    )
)
shell.PANELS.append(
    shell.Panel(
        page="table",
        endpoint="exports_pages.index",
        template="exports/of_table.html",
        load=_of_table,
        order=20,
    )
)
shell.SUBJECTS["export"] = ("exports_pages.receipt", "id")
