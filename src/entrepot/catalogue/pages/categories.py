"""Pages: the tree of categories, with the one that is looked at beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from flask import render_template, url_for
from msgspec import Meta

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.tree import mapping, merging, others, seeing
from entrepot.catalogue.tree.mapping import MappingSeen, TreeSeen
from entrepot.catalogue.tree.merging import MergeSeen
from entrepot.catalogue.tree.outline import Node, Outline, kept_outline
from entrepot.catalogue.tree.seeing import CategoryLine, CategorySeen
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

SHOWN = 100
"""Categories of one level on a page without scripts."""
MAPPED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesQuery:
    """Which category is looked at, and what is searched for.

    Attributes:
        part: Which part of a long level, from 1; without scripts.
    """

    at: Annotated[int, Meta(ge=1, le=2_147_483_647)] | None = None
    q: Annotated[str, Meta(max_length=500)] = ""
    part: Annotated[int, Meta(ge=1, le=100_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Twig:
    """A category in the tree without scripts; open ones have their branches."""

    node: Node
    is_here: bool
    branches: list[Twig] = field(default_factory=list)
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPart:
    """The category that is looked at.

    Attributes:
        above: What stands over it, the root first.
        mappings: Categories of other trees that mean it.
        merges: What went into it and may come back.
    """

    seen: CategorySeen
    above: list[Node]
    mappings: list[MappingSeen]
    merges: list[MergeSeen]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesPage:
    """The tree.

    Attributes:
        twigs: The roots without scripts, open down to the one that is looked at.
        before, after: Addresses of more roots.
        found: Instead of them, what a search found.
        found_total: How many it found in all.
    """

    query: CategoriesQuery
    count: int
    filed: int
    unfiled: int
    trees: list[TreeSeen]
    can_change: bool
    twigs: list[Twig] = field(default_factory=list)
    before: str = ""
    after: str = ""
    found: list[CategoryLine] = field(default_factory=list)
    found_total: int = 0
    here: CategoryPart | None = None
    problem: dict[str, object] | None = None


@bp.get("/catalogue/categories")
@needs("viewer")
def categories() -> tuple[str, int]:
    """Show the tree, and one category of it."""
    query: CategoriesQuery = read_query(CategoriesQuery)
    return show_categories(query)


def show_categories(
    query: CategoriesQuery, error: EntrepotError | None = None
) -> tuple[str, int]:
    """Render the tree, with the status that the error has."""
    house, who = current_house(), require("viewer")
    outline = kept_outline(house)
    twigs, before, after = _twigs(outline, query) if not query.q else ([], "", "")
    found = seeing.find_categories(house, q=query.q, limit=SHOWN)
    filed = sum(node.products for node in outline.nodes)
    page = CategoriesPage(
        query=query,
        count=len(outline.nodes),
        filed=filed,
        unfiled=outline.unfiled,
        trees=others.list_trees(house),
        can_change=who.role != "viewer",
        twigs=twigs,
        before=before,
        after=after,
        found=found.lines if query.q else [],
        found_total=found.total,
        here=_part(house, outline, query.at) if query.at else None,
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    return render_template("catalogue/categories.html", page=page), status


def _part(house: House, outline: Outline, category_id: int) -> CategoryPart:
    with house.store.read_session() as session:
        seen = seeing.see_category(session, outline, category_id)
        merges = merging.list_merges(session, category_id)
        mappings = mapping.list_of_category(session, category_id, limit=MAPPED)
    return CategoryPart(
        seen=seen,
        above=outline.above(category_id),
        mappings=mappings,
        merges=merges,
    )


def _twigs(outline: Outline, query: CategoriesQuery) -> tuple[list[Twig], str, str]:
    chain = [node.id for node in outline.above(query.at)] if query.at else []
    if query.at and outline.find(query.at):
        chain.append(query.at)
    return _level(outline, None, chain, query)


def _level(
    outline: Outline, parent_id: int | None, chain: list[int], query: CategoriesQuery
) -> tuple[list[Twig], str, str]:
    """Return a level's part, and the addresses of the parts before and after."""
    branches = outline.branches(parent_id)
    ids = [node.id for node in branches]
    way = chain[0] if chain else None
    is_last = way is None
    part = query.part if is_last else ids.index(way) // SHOWN + 1  # type: ignore[arg-type]  # it is one of them
    start = (part - 1) * SHOWN
    twigs = []
    for node in branches[start : start + SHOWN]:
        below: tuple[list[Twig], str, str] = ([], "", "")
        if node.id == way:
            below = _level(outline, node.id, chain[1:], query)
        twigs.append(
            Twig(
                node=node,
                is_here=node.id == query.at,
                branches=below[0],
                before=below[1],
                after=below[2],
            )
        )
    before = _address(parent_id, part - 1) if part > 1 else ""
    after = _address(parent_id, part + 1) if start + SHOWN < len(branches) else ""
    return twigs, before, after


def _address(at: int | None, part: int) -> str:
    return url_for("catalogue_pages.categories", at=at, part=part)


def _find(house: House) -> list[shell.Found]:
    return [
        shell.Found(
            label="Categories",
            note="the tree of the catalogue",
            icon="folder",
            address=url_for("catalogue_pages.categories"),
        )
    ]


shell.FINDERS.append(_find)
shell.SUBJECTS["category"] = ("catalogue_pages.categories", "at")
