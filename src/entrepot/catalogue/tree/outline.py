"""The whole tree in order, with how many products each category has."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.catalogue import documents
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.product_models import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One category in the tree.

    Attributes:
        branches: How many categories are directly below it.
        below: How many are below it at any depth.
        products: Its own.
        total: Its own and those of all below.
    """

    id: int
    parent_id: int | None
    name: str
    slug: str
    level: int
    is_active: bool
    branches: int
    below: int
    products: int
    total: int


@dataclass(frozen=True, slots=True)
class Outline:
    """Every category, each after the one above it, in the order people gave.

    Attributes:
        generation: Of the catalogue that it shows.
        unfiled: Products without a category.
    """

    generation: int
    nodes: list[Node]
    unfiled: int
    places: dict[int, int] = field(default_factory=dict)

    def find(self, category_id: int) -> Node | None:
        """Return a category, if it is there."""
        place = self.places.get(category_id)
        return None if place is None else self.nodes[place]

    def above(self, category_id: int) -> list[Node]:
        """Return what is above a category, the root first."""
        chain: list[Node] = []
        node = self.find(category_id)
        while node is not None and node.parent_id is not None:
            node = self.find(node.parent_id)
            if node is not None:
                chain.append(node)
        return chain[::-1]

    def names(self, category_id: int) -> tuple[str, ...]:
        """Return a category's names from the root down, its own last."""
        node = self.find(category_id)
        own = () if node is None else (node.name,)
        return (*(above.name for above in self.above(category_id)), *own)

    def branches(self, parent_id: int | None) -> list[Node]:
        """Return what is directly below a category, or the roots."""
        if parent_id is None:
            place, end, level = 0, len(self.nodes), 0
        else:
            place = self.places[parent_id] + 1
            parent = self.nodes[place - 1]
            end, level = place + parent.below, parent.level + 1
        found = []
        while place < end:
            node = self.nodes[place]
            assert node.level == level
            found.append(node)
            place += node.below + 1
        return found


class _Kept:
    """The outline that was made last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.outline: Outline | None = None

    def close(self) -> None:
        """Let it go."""
        self.outline = None


def kept_outline(house: House) -> Outline:
    """Return the tree as it is now; made anew only if the catalogue changed."""
    kept = house.shelf.get(_Kept, _Kept)
    with house.store.read_session() as session:
        with kept.lock:
            found = kept.outline
        if found is None or found.generation != documents.read_generation(session):
            found = load_outline(session)
            with kept.lock:
                kept.outline = found
    return found


def load_outline(session: Session) -> Outline:
    """Read the tree and count its products: two statements, whatever its size."""
    generation = documents.read_generation(session)
    counted = select(Product.category_id, func.count()).group_by(Product.category_id)
    own: dict[int | None, int] = {id: number for id, number in session.execute(counted)}
    columns = (
        Category.id,
        Category.parent_id,
        Category.name,
        Category.slug,
        Category.is_active,
    )
    below: dict[int | None, list[_Row]] = defaultdict(list)
    rows = session.execute(select(*columns, Category.sort_order)).all()
    for row in sorted(rows, key=lambda r: (r.sort_order, r.name.casefold(), r.id)):
        below[row.parent_id].append(_Row(*row[:-1]))
    nodes: list[Node] = []
    for root in below[None]:
        _walk(root, 0, below, own, nodes)
    places = {node.id: place for place, node in enumerate(nodes)}
    return Outline(generation, nodes, own.get(None, 0), places)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    parent_id: int | None
    name: str
    slug: str
    is_active: bool


def _walk(
    row: _Row,
    level: int,
    below: dict[int | None, list[_Row]],
    own: dict[int | None, int],
    nodes: list[Node],
) -> int:
    """Add a category and what is below it; return how many products that makes."""
    place, branches = len(nodes), below.get(row.id, [])
    nodes.append(None)  # type: ignore[arg-type]  # its own comes when it is counted
    products = own.get(row.id, 0)
    total = products + sum(_walk(b, level + 1, below, own, nodes) for b in branches)
    nodes[place] = Node(
        id=row.id,
        parent_id=row.parent_id,
        name=row.name,
        slug=row.slug,
        level=level,
        is_active=row.is_active,
        branches=len(branches),
        below=len(nodes) - place - 1,
        products=products,
        total=total,
    )
    return total
