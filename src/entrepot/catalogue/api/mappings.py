"""`/api/categories/mappings`: other trees, and which of our categories theirs mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from flask import Response, url_for
from msgspec import Meta

from entrepot.base.errors import InvalidValue
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.categories import GONE, HERE, WHO, Id
from entrepot.catalogue.tree import others
from entrepot.catalogue.tree.mapping import MappingFilter, MappingSeen, TreeSeen
from entrepot.catalogue.tree.others import Suggested
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

ALL = f"{HERE}/mappings"
ONE = f"{ALL}/<name:tree>"
EXAMPLE = {"tree": "google"}
Key = Annotated[str, Meta(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingsQuery:
    """Which categories of a tree.

    Attributes:
        suggest: Tell the likeliest of ours for those that nobody mapped.
        after: The key of the last one seen.
    """

    state: Literal["all", "open", "mapped"] = "all"
    q: Annotated[str, Meta(max_length=500)] = ""
    category_id: Id | None = None
    suggest: bool = False
    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingAsked:
    """Which of our categories some of a tree mean, by key; null takes it back."""

    mappings: dict[Key, Id | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """How many are mapped by it."""

    mapped: int


@route(bp, "GET", ALL, Doc(data=list[TreeSeen], errors=WHO))
def list_trees() -> list[TreeSeen]:
    """List the trees of others, and how much of each is mapped."""
    return others.list_trees(current_house())


@route(
    bp,
    "GET",
    ONE,
    Doc(
        query=MappingsQuery,
        data=list[Suggested],
        is_paged=True,
        errors=WHO,
        path_examples=EXAMPLE,
    ),
)
def list_mappings(tree: str, query: MappingsQuery) -> Page:
    """List categories of a tree by key, with suggestions if wanted."""
    wanted = MappingFilter(
        tree=tree,
        state=query.state,
        q=query.q,
        category_id=query.category_id,
        after=query.after,
        limit=query.limit + 1,
    )
    found = others.list_mappings(
        current_house(), wanted, with_suggestions=query.suggest
    )
    shown, following = found[: query.limit], None
    if len(found) > query.limit:
        following = url_for(
            "catalogue_api.list_mappings",
            tree=tree,
            state=query.state,
            q=query.q or None,
            category_id=query.category_id,
            suggest="true" if query.suggest else None,
            after=shown[-1].mapping.key,
            limit=query.limit,
        )
    return Page(shown, Cut(next=following, limit=query.limit))


@route(
    bp,
    "PATCH",
    ONE,
    Doc(
        role="analyst",
        body=MappingAsked,
        data=list[MappingSeen],
        errors=(InvalidValue, *GONE),
        path_examples=EXAMPLE,
    ),
)
def map_categories(tree: str, body: MappingAsked) -> list[MappingSeen]:
    """Say which of our categories some of another tree mean."""
    return others.map_keys(
        current_house(), require("analyst"), tree, dict(body.mappings)
    )


@route(
    bp,
    "POST",
    f"{ONE}/certain",
    Doc(role="analyst", data=Mapped, errors=WHO, path_examples=EXAMPLE),
)
def map_certain(tree: str) -> Mapped:
    """Map every open category of a tree that can only mean one of ours."""
    done = others.map_certain(current_house(), require("analyst"), tree)
    return Mapped(mapped=done)


@route(
    bp,
    "DELETE",
    ONE,
    Doc(role="analyst", status=204, errors=GONE, path_examples=EXAMPLE),
)
def drop_tree(tree: str) -> Response:
    """Forget a tree of others with what it was mapped to."""
    others.drop_tree(current_house(), tree)
    return Response(status=204)
