"""Categories as people see them: one, found by words, nested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.tree.categories import get_category
from entrepot.catalogue.tree.names import fold, render_path
from entrepot.catalogue.tree.outline import Node, Outline, kept_outline


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySeen:
    """A category.

    Attributes:
        path: Names from the root down, e.g. `Office Supplies > Paper`.
        children: How many are directly below it.
        product_count: Its own products.
        total_product_count: With those of all below it.
    """

    id: int
    name: str
    slug: str
    path: str
    parent_id: int | None
    level: int
    description: str | None
    sort_order: int
    is_active: bool
    children: int
    product_count: int
    total_product_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryLine:
    """A category in a list."""

    id: int
    name: str
    slug: str
    path: str
    parent_id: int | None
    level: int
    is_active: bool
    children: int
    product_count: int
    total_product_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryBranch:
    """A category with what is below it."""

    id: int
    name: str
    slug: str
    level: int
    is_active: bool
    product_count: int
    total_product_count: int
    children: list[CategoryBranch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """One page of categories; `next` is the offset of the page after, if any."""

    lines: list[CategoryLine]
    total: int
    next: int | None


def see_category(session: Session, outline: Outline, category_id: int) -> CategorySeen:
    """Return one category.

    Raises:
        NotThere: There is none with this id.
    """
    row: Category = get_category(session, category_id)
    node = outline.find(category_id)
    return CategorySeen(
        id=row.id,
        name=row.name,
        slug=row.slug,
        path=render_path(outline.names(row.id)),
        parent_id=row.parent_id,
        level=row.level,
        description=row.description,
        sort_order=row.sort_order,
        is_active=row.is_active,
        children=node.branches if node else 0,
        product_count=node.products if node else 0,
        total_product_count=node.total if node else 0,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def get_seen(house: House, category_id: int) -> CategorySeen:
    """Return one category with its counts.

    Raises:
        NotThere: There is none with this id.
    """
    outline = kept_outline(house)
    with house.store.read_session() as session:
        return see_category(session, outline, category_id)


def find_categories(
    house: House,
    *,
    q: str = "",
    parent_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Lines:
    """Return categories in the tree's order, a page of them.

    Args:
        q: Words; each stands in the category's path, and one in its own name.
        parent_id: Only what is directly below it.
    """
    outline = kept_outline(house)
    nodes = outline.nodes
    if parent_id is not None:
        nodes = outline.branches(parent_id) if parent_id in outline.places else []
    words = fold(q).split()
    if words:
        nodes = [node for node in nodes if _has(outline, node, words)]
    return Lines(
        lines=[_line(outline, node) for node in nodes[offset : offset + limit]],
        total=len(nodes),
        next=offset + limit if offset + limit < len(nodes) else None,
    )


def nested(outline: Outline) -> list[CategoryBranch]:
    """Return the roots, each with all that is below it."""
    roots: list[CategoryBranch] = []
    chain: list[CategoryBranch] = []
    for node in outline.nodes:
        branch = CategoryBranch(
            id=node.id,
            name=node.name,
            slug=node.slug,
            level=node.level,
            is_active=node.is_active,
            product_count=node.products,
            total_product_count=node.total,
            children=[],
        )
        del chain[node.level :]
        (chain[-1].children if chain else roots).append(branch)
        chain.append(branch)
    return roots


def _has(outline: Outline, node: Node, words: list[str]) -> bool:
    name = fold(node.name)
    if not any(word in name for word in words):
        return False
    path = fold(render_path(outline.names(node.id)))
    return all(word in path for word in words)


def _line(outline: Outline, node: Node) -> CategoryLine:
    return CategoryLine(
        id=node.id,
        name=node.name,
        slug=node.slug,
        path=render_path(outline.names(node.id)),
        parent_id=node.parent_id,
        level=node.level,
        is_active=node.is_active,
        children=node.branches,
        product_count=node.products,
        total_product_count=node.total,
    )
