"""`/api/categories`: the tree and what is done to one of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any

import msgspec
from flask import Response, url_for
from msgspec import UNSET, Meta, UnsetType

from entrepot.base.errors import (
    Conflict,
    Denied,
    Invalid,
    InvalidValue,
    NotThere,
    TooMuch,
    Unauthenticated,
)
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.finding import ProductQuery, list_documents
from entrepot.catalogue.tree import later, seeing, service
from entrepot.catalogue.tree.merging import Merged
from entrepot.catalogue.tree.outline import kept_outline
from entrepot.catalogue.tree.seeing import CategorySeen
from entrepot.catalogue.tree.service import CategoryChange, CategoryWanted
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page, render
from entrepot.web.routes import Doc, current_house, route

HERE = "/categories"
ONE = f"{HERE}/<int:id>"
WHO = (Unauthenticated, Denied)
GONE = (NotThere, *WHO)
WRITING = (InvalidValue, Conflict, TooMuch, *GONE)
EXAMPLE = {"id": "1"}

Id = Annotated[int, Meta(ge=1, le=2_147_483_647)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesQuery:
    """Which categories.

    Attributes:
        tree: Nested, all of them; the other wishes do not count then.
        parent_id: Only what is directly below it.
    """

    tree: bool = False
    q: Annotated[str, Meta(max_length=500, description="Words of the path.")] = ""
    parent_id: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 100
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryQuery:
    """What is told of a category beside itself."""

    include_products: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsQuery:
    """Which of its products; `cursor` is in the address of the next page."""

    limit: Annotated[int, Meta(ge=1, le=1_000)] = 50
    cursor: Annotated[str, Meta(max_length=2_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAsked:
    """A category to be; without `sort_order` it comes behind its neighbours."""

    name: Annotated[str, Meta(min_length=1, max_length=255, examples=["Paper"])]
    parent_id: Id | None = None
    description: Annotated[str, Meta(max_length=10_000)] | None = None
    sort_order: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked:
    """What is to be different; what is not said stays."""

    name: Annotated[str, Meta(min_length=1, max_length=255)] | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=10000)] | UnsetType | None = UNSET
    sort_order: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAsked:
    """Where a category is to go; null is among the roots."""

    parent_id: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeAsked:
    """What a category is to become part of."""

    target_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryLater:
    """What a job does to a category that stands above many products.

    Attributes:
        category: As it is until then.
        products: Whose documents follow it.
    """

    job: str
    category: CategorySeen
    products: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeOutline:
    """The whole tree in columns, each category after the one above it.

    Attributes:
        levels: 0 for a root; who stands above is the last one before of a level less.
        own: Products of a category itself.
        total: With those of all below it.
        inactive: Ids of those that are switched off.
    """

    generation: int
    ids: list[int]
    levels: list[int]
    names: list[str]
    own: list[int]
    total: list[int]
    inactive: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDetail(CategorySeen):
    """A category with its first products, where they are asked for."""

    products: list[Any] | UnsetType = UNSET


@route(
    bp,
    "GET",
    HERE,
    Doc(
        query=CategoriesQuery,
        data=list[dict[str, object]],  # a `CategoryLine`, or nested a `CategoryBranch`
        is_paged=True,
        errors=GONE,
    ),
)
def list_categories(query: CategoriesQuery) -> Page:
    """List categories in the tree's order, or nested with `tree=true`."""
    house = current_house()
    if query.tree:
        whole = kept_outline(house)
        count = len(whole.nodes)
        return Page(seeing.nested(whole), Cut(next=None, limit=count, total=count))
    found = seeing.find_categories(
        house,
        q=query.q,
        parent_id=query.parent_id,
        limit=query.limit,
        offset=query.offset,
    )
    following = None
    if found.next is not None:
        following = url_for(
            "catalogue_api.list_categories",
            q=query.q or None,
            parent_id=query.parent_id,
            limit=query.limit,
            offset=found.next,
        )
    return Page(found.lines, Cut(next=following, limit=query.limit, total=found.total))


@route(bp, "GET", f"{HERE}/outline", Doc(data=TreeOutline, errors=WHO))
def get_outline() -> TreeOutline:
    """Give the whole tree in columns: the short form that pages use."""
    outline = kept_outline(current_house())
    nodes = outline.nodes
    return TreeOutline(
        generation=outline.generation,
        ids=[node.id for node in nodes],
        levels=[node.level for node in nodes],
        names=[node.name for node in nodes],
        own=[node.products for node in nodes],
        total=[node.total for node in nodes],
        inactive=[node.id for node in nodes if not node.is_active],
    )


@route(
    bp,
    "GET",
    ONE,
    Doc(query=CategoryQuery, data=CategoryDetail, errors=GONE, path_examples=EXAMPLE),
)
def get_category(id: int, query: CategoryQuery) -> CategoryDetail:
    """Show a category with its counts, and its first 50 products if wanted."""
    seen = seeing.get_seen(current_house(), id)
    products = _products(id, ProductsQuery())[0] if query.include_products else UNSET
    known = {one.name: getattr(seen, one.name) for one in fields(seen)}
    return CategoryDetail(**known, products=products)


@route(
    bp,
    "GET",
    f"{ONE}/products",
    Doc(
        query=ProductsQuery,
        data=list[dict[str, object]],
        is_paged=True,
        errors=(Invalid, *GONE),
        path_examples=EXAMPLE,
    ),
)
def list_products(id: int, query: ProductsQuery) -> Page:
    """List the products of a category and of all below it."""
    products, cursor, total = _products(id, query)
    following = None
    if cursor:
        following = url_for(
            "catalogue_api.list_products", id=id, limit=query.limit, cursor=cursor
        )
    return Page(products, Cut(next=following, limit=query.limit, total=total))


@route(
    bp,
    "POST",
    HERE,
    Doc(
        role="analyst",
        body=CategoryAsked,
        data=CategorySeen,
        status=201,
        errors=WRITING,
    ),
)
def create_category(body: CategoryAsked) -> CategorySeen:
    """Add a category; neighbours have different names."""
    wanted = CategoryWanted(
        name=body.name,
        parent_id=body.parent_id,
        description=body.description,
        sort_order=body.sort_order,
    )
    return service.create(current_house(), wanted)


@route(
    bp,
    "PATCH",
    ONE,
    Doc(
        role="analyst",
        body=ChangeAsked,
        data=CategorySeen,
        errors=WRITING,
        also={202: CategoryLater},
        path_examples=EXAMPLE,
    ),
)
def change_category(id: int, body: ChangeAsked) -> Response:
    """Rename a category, or change its description, order or activity.

    Feeds that say the old name find it all the same. Above many products another name
    is a job's work: 202, and the category stays as it is until then.
    """
    wanted = CategoryChange(
        name=body.name,
        description=body.description,
        sort_order=body.sort_order,
        is_active=body.is_active,
    )
    return _done(later.change_or_ask(current_house(), id, wanted))


@route(
    bp,
    "DELETE",
    ONE,
    Doc(role="analyst", status=204, errors=(Conflict, *GONE), path_examples=EXAMPLE),
)
def delete_category(id: int) -> Response:
    """Delete a category that has nothing below it and no products."""
    service.delete(current_house(), id)
    return Response(status=204)


@route(
    bp,
    "POST",
    f"{ONE}/move",
    Doc(
        role="analyst",
        body=MoveAsked,
        data=CategorySeen,
        errors=WRITING,
        also={202: CategoryLater},
        path_examples=EXAMPLE,
    ),
)
def move_category(id: int, body: MoveAsked) -> Response:
    """Put a category, with all below it, under another one or among the roots.

    With many products below it, it is a job's work: 202, and it stays until then.
    """
    return _done(later.move_or_ask(current_house(), id, body.parent_id))


@route(
    bp,
    "POST",
    f"{ONE}/merge",
    Doc(
        role="analyst",
        body=MergeAsked,
        data=Merged,
        errors=WRITING,
        path_examples=EXAMPLE,
    ),
)
def merge_category(id: int, body: MergeAsked) -> Merged:
    """Let all of a category go over to another one, and the category go.

    Products, what is below, and mappings move; the answer's `id` takes it back.
    """
    return service.merge(current_house(), require("analyst"), id, body.target_id)


@route(
    bp,
    "POST",
    f"{HERE}/merges/<id>/undo",
    Doc(
        role="analyst",
        data=CategorySeen,
        errors=(Conflict, TooMuch, *GONE),
        path_examples={"id": "0d2f6ad4-2b0b-4d39-8c3a-9f6f3b1c2d4e"},
    ),
)
def undo_merge(id: str) -> CategorySeen:
    """Take a merge back: the category is there again with what is still as it was."""
    return service.undo_merge(current_house(), require("analyst"), id)


def _done(outcome: later.Outcome) -> Response:
    if not outcome.job:
        return render(outcome.seen)
    said = CategoryLater(
        job=outcome.job, category=outcome.seen, products=outcome.products
    )
    return render(said, status=202)


def _products(
    id: int, query: ProductsQuery
) -> tuple[list[msgspec.Raw], str | None, int | None]:
    house = current_house()
    seeing.get_seen(house, id)
    wanted = ProductQuery(category_id=id, limit=query.limit, cursor=query.cursor)
    with house.store.read_session() as session:
        page = list_documents(session, wanted)
    found = [msgspec.Raw(document.encode()) for document in page.documents]
    return found, page.next, page.total
