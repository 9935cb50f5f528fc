"""`/api/sql/links`: the exact state of a console tab, for others to open."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.errors import Invalid, NotThere
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import WHO
from entrepot.console.saved import links
from entrepot.console.saved.links import LinkSeen, LinkState
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsked:
    """A state that is to have an address."""

    state: LinkState


@route(
    bp,
    "POST",
    "/sql/links",
    Doc(body=LinkAsked, data=LinkSeen, status=201, errors=(NotThere, Invalid, *WHO)),
)
def make_link(body: LinkAsked) -> LinkSeen:
    """Give the state of a tab an address; opening it runs nothing."""
    return links.make_link(current_house(), require("viewer"), body.state)


@route(
    bp,
    "GET",
    "/sql/links/<id>",
    Doc(
        data=LinkSeen,
        errors=(NotThere, *WHO),
        path_examples={"id": "x1pC3rPzS2q0mJ7tY5vN8w"},
    ),
)
def open_link(id: str) -> LinkSeen:
    """Show what a link leads to, to whoever may use the console."""
    require("viewer")
    return links.open_link(current_house(), id)
