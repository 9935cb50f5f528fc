"""`/api/logs/searches`: searches that people keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import Denied, NotThere, TooMuch
from entrepot.watch.api.asked import Query
from entrepot.watch.api.blueprint import bp
from entrepot.watch.errors import InvalidQuery, SearchNameTaken
from entrepot.watch.search import saved
from entrepot.watch.search.saved import SearchChange, SearchSeen, SearchWanted
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

ADDRESS = "/api/logs/searches"
ID = {"id": "1"}
Name = Annotated[
    str,
    Meta(min_length=1, max_length=saved.LONGEST_NAME, examples=["errors of the API"]),
]
Description = Annotated[str, Meta(max_length=saved.LONGEST_DESCRIPTION)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSearch:
    """A search that is to be kept; a shared one is everybody's to see."""

    name: Name
    query: Query
    description: Description = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSearch:
    """What shall be different; what is left out stays."""

    name: Name | None = None
    query: Query | None = None
    description: Description | None = None
    is_shared: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A saved search.

    Attributes:
        lines_url: Where the lines are that it finds.
    """

    search: SearchSeen
    lines_url: str


@route(bp, "GET", ADDRESS, Doc(role="analyst", data=list[SavedSearch]))
def list_searches() -> list[SavedSearch]:
    """List one's own searches and the shared ones, by name."""
    who = require("analyst")
    return [_told(one) for one in saved.list_searches(current_house(), who)]


@route(
    bp,
    "POST",
    ADDRESS,
    Doc(
        role="analyst",
        body=NewSearch,
        data=SavedSearch,
        status=201,
        errors=(InvalidQuery, SearchNameTaken, TooMuch),
    ),
)
def add_search(body: NewSearch) -> SavedSearch:
    """Keep a search, for oneself or for everybody who may read the log."""
    wanted = SearchWanted(
        name=body.name,
        query=body.query,
        description=body.description,
        is_shared=body.is_shared,
    )
    return _told(saved.save_search(current_house(), require("analyst"), wanted))


@route(
    bp,
    "GET",
    f"{ADDRESS}/<int:id>",
    Doc(role="analyst", data=SavedSearch, errors=(NotThere,), path_examples=ID),
)
def get_search(id: int) -> SavedSearch:
    """Return a saved search."""
    return _told(saved.get_search(current_house(), require("analyst"), id))


@route(
    bp,
    "PATCH",
    f"{ADDRESS}/<int:id>",
    Doc(
        role="analyst",
        body=ChangedSearch,
        data=SavedSearch,
        errors=(NotThere, Denied, InvalidQuery, SearchNameTaken),
        path_examples=ID,
    ),
)
def change_search(id: int, body: ChangedSearch) -> SavedSearch:
    """Change a search of one's own; admins change shared ones too."""
    change = SearchChange(
        name=body.name,
        query=body.query,
        description=body.description,
        is_shared=body.is_shared,
    )
    who = require("analyst")
    return _told(saved.change_search(current_house(), who, id, change))


@route(
    bp,
    "DELETE",
    f"{ADDRESS}/<int:id>",
    Doc(role="analyst", data=SavedSearch, errors=(NotThere, Denied), path_examples=ID),
)
def remove_search(id: int) -> SavedSearch:
    """Forget a search of one's own."""
    return _told(saved.remove_search(current_house(), require("analyst"), id))


def _told(seen: SearchSeen) -> SavedSearch:
    address = f"/api/logs/search?{urlencode({'query': seen.query})}"
    return SavedSearch(search=seen, lines_url=address)
