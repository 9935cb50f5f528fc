"""Pages: the imports as they get on, newest first, and why rows were not taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

from flask import Response, render_template, url_for
from msgspec import Meta

from entrepot.feeds import imports, looking
from entrepot.feeds.pages.blueprint import bp
from entrepot.feeds.pages.shown import STATES
from entrepot.feeds.seen import ErrorGroup, ErrorPage, ImportFilter, ImportSeen
from entrepot.feeds.states import BUSY, ImportState
from entrepot.web import shell
from entrepot.web.guard import needs
from entrepot.web.pieces import render_piece
from entrepot.web.routes import current_house, read_query

GROUPS: dict[str, tuple[ImportState, ...]] = {
    "All": (),
    "Under way": (*BUSY, "uploaded", "inspected"),
    "Ready to apply": ("previewed",),
    "Applied": ("applied",),
    "Failed": ("failed",),
    "Undone": ("undone",),
}
"""Choices of states, by what people call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which imports, a page of them; `after` is the id of the last one seen."""

    state: list[ImportState] = field(default_factory=list)
    feed: Annotated[str, Meta(max_length=100)] = ""
    after: Annotated[str, Meta(max_length=36)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 30

    def wanted(self) -> ImportFilter:
        """Return the same without the page."""
        return ImportFilter(feed=self.feed, states=tuple(self.state))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsPage:
    """Imports, newest first.

    Attributes:
        groups: What is chosen: name, address, and whether it is on.
        next: Address of the older ones; empty at the end.
    """

    found: list[ImportSeen]
    query: ListQuery
    groups: list[tuple[str, str, bool]]
    next: str

    @property
    def is_live(self) -> bool:
        """Tell whether one of them changes by itself."""
        return any(seen.state in BUSY for seen in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsQuery:
    """Which rejected rows, a page of them."""

    code: Annotated[str, Meta(max_length=100)] = ""
    after: Annotated[int, Meta(ge=0)] | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsPage:
    """Why rows of a file were not taken."""

    seen: ImportSeen
    query: ErrorsQuery
    found: ErrorPage
    groups: list[ErrorGroup]

    @property
    def codes(self) -> list[tuple[str, str, int]]:
        """Return each reason once: its code, its words, and how many rows."""
        counts: dict[str, tuple[str, int]] = {}
        for group in self.groups:
            words, count = counts.get(group.code, (group.reason, 0))
            counts[group.code] = (words, count + group.count)
        return [(code, words, count) for code, (words, count) in counts.items()]


@bp.get("/imports")
@needs("analyst")
def index() -> Response:
    """List the imports."""
    query: ListQuery = read_query(ListQuery)
    found = imports.list_imports(
        current_house(), query.wanted(), limit=query.limit + 1, after=query.after
    )
    shown = found[: query.limit]
    behind = replace(query, after=shown[-1].id) if len(found) > len(shown) else None
    page = ImportsPage(
        found=shown,
        query=query,
        groups=[
            (
                name,
                _address(replace(query, state=list(states), after=None)),
                states == tuple(query.state),
            )
            for name, states in GROUPS.items()
        ],
        next=_address(behind) if behind else "",
    )
    return render_piece("feeds/imports.html", page=page, states=STATES)


@bp.get("/imports/<id>/errors")
@needs("analyst")
def errors(id: str) -> str:
    """List the rows that were not taken, by reason."""
    query: ErrorsQuery = read_query(ErrorsQuery)
    house = current_house()
    seen = imports.get_import(house, id)
    page = ErrorsPage(
        seen=seen,
        query=query,
        found=looking.list_errors(
            house, seen.id, code=query.code, limit=query.limit, after=query.after
        ),
        groups=looking.group_errors(house, seen.id),
    )
    return render_template("feeds/errors.html", page=page)


def _address(query: ListQuery) -> str:
    usual = ListQuery()
    return url_for(
        "feeds_pages.index",
        state=query.state or None,
        feed=query.feed or None,
        after=query.after,
        limit=query.limit if query.limit != usual.limit else None,
    )


shell.PLACES.append(
    shell.Place(
        label="Imports",
        endpoint="feeds_pages.index",
        icon="inbound",
        group="In and out",
        letter="I",
        order=15,
    )
)
