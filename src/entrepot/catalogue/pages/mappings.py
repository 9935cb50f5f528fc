"""Pages: the trees of others, and which of our categories theirs mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from flask import redirect, render_template, request, url_for
from msgspec import Meta
from werkzeug.wrappers import Response

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.category_choosing import show_choice
from entrepot.catalogue.pages.category_forms import HERE, read_id
from entrepot.catalogue.tree import others
from entrepot.catalogue.tree.mapping import MappingFilter, TreeSeen
from entrepot.catalogue.tree.names import render_path
from entrepot.catalogue.tree.others import Suggested
from entrepot.catalogue.tree.outline import Outline, kept_outline
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

ALL = f"{HERE}/mappings"
State = Literal["all", "open", "mapped"]
STATES: dict[State, str] = {"all": "All", "open": "Open", "mapped": "Mapped"}
LIMIT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingsQuery:
    """Which categories of which tree."""

    tree: Annotated[str, Meta(max_length=100)] = ""
    state: State = "all"
    q: Annotated[str, Meta(max_length=500)] = ""
    after: Annotated[str, Meta(max_length=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingLine:
    """A category of another tree; `ours` is the path of what it means, if anything."""

    one: Suggested
    ours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingsPage:
    """The trees, and one of them.

    Attributes:
        tree: The one that is looked at; None where there is none.
        groups: What is chosen: name, address, and whether it is on.
    """

    query: MappingsQuery
    trees: list[TreeSeen]
    tree: TreeSeen | None
    lines: list[MappingLine]
    groups: list[tuple[str, str, bool]]
    next: str
    count: int
    can_change: bool


@bp.get(ALL)
@needs("viewer")
def mappings() -> str:
    """Show a tree of others with what its categories mean."""
    query: MappingsQuery = read_query(MappingsQuery)
    house, who = current_house(), require("viewer")
    trees = others.list_trees(house)
    chosen = _chosen(trees, query.tree)
    query = replace(query, tree=chosen.tree if chosen else "")
    can_change = who.role != "viewer"
    found = _found(house, query, with_suggestions=can_change)
    outline = kept_outline(house)
    shown, start = found[:LIMIT], replace(query, after="")
    last = shown[-1].mapping.key if len(found) > LIMIT else ""
    page = MappingsPage(
        query=query,
        trees=trees,
        tree=chosen,
        lines=[_line(outline, one) for one in shown],
        groups=[
            (label, _address(replace(start, state=state)), state == query.state)
            for state, label in STATES.items()
        ],
        next=_address(replace(query, after=last)) if last else "",
        count=len(outline.nodes),
        can_change=can_change,
    )
    return render_template("catalogue/mappings.html", page=page)


@bp.post(ALL)
@needs("analyst")
def map_category() -> Response:
    """Map one category of a tree to what the form says, or to nothing."""
    form = request.form
    tree, key = form.get("tree", ""), form.get("key", "")
    category_id = read_id(form.get("category", ""))
    others.map_keys(current_house(), require("analyst"), tree, {key: category_id})
    return _back(form.get("state", ""), tree)


@bp.get(f"{ALL}/choose")
@needs("analyst")
def choose_mapping() -> tuple[str, int]:
    """Ask which of our categories one of another tree means."""
    tree, key = request.args.get("tree", ""), request.args.get("key", "")
    found = others.get_mapping(current_house(), tree, key)
    return show_choice(
        heading="Map a category",
        words=f"{found.path}, of the tree {tree}, means one of ours.",
        button="That is it",
        address=url_for("catalogue_pages.map_category"),
        back=url_for("catalogue_pages.mappings", tree=tree),
        hidden={"tree": tree, "key": key},
    )


@bp.post(f"{ALL}/certain")
@needs("analyst")
def map_certain() -> Response:
    """Map all of a tree that can only mean one of ours."""
    tree = request.form.get("tree", "")
    others.map_certain(current_house(), require("analyst"), tree)
    return _back(request.form.get("state", ""), tree)


@bp.post(f"{ALL}/drop")
@needs("analyst")
def drop_tree() -> Response:
    """Forget a tree of others."""
    others.drop_tree(current_house(), request.form.get("tree", ""))
    return redirect(url_for("catalogue_pages.mappings"), code=303)


def _chosen(trees: list[TreeSeen], wanted: str) -> TreeSeen | None:
    """Return the tree that is asked for, or the first one."""
    if not wanted:
        return trees[0] if trees else None
    chosen = next((tree for tree in trees if tree.tree == wanted), None)
    if chosen is None:
        raise NotThere("tree", wanted, [tree.tree for tree in trees])
    return chosen


def _found(
    house: House, query: MappingsQuery, *, with_suggestions: bool
) -> list[Suggested]:
    wanted = MappingFilter(
        tree=query.tree,
        state=query.state,
        q=query.q,
        after=query.after,
        limit=LIMIT + 1,
    )
    return others.list_mappings(house, wanted, with_suggestions=with_suggestions)


def _line(outline: Outline, one: Suggested) -> MappingLine:
    names = outline.names(one.mapping.category_id or 0)
    return MappingLine(one=one, ours=render_path(names))


def _back(state: str, tree: str) -> Response:
    known = state if state in STATES and state != "all" else None
    address = url_for("catalogue_pages.mappings", tree=tree, state=known)
    return redirect(address, code=303)


def _address(query: MappingsQuery) -> str:
    return url_for(
        "catalogue_pages.mappings",
        tree=query.tree,
        state=query.state if query.state != "all" else None,
        q=query.q or None,
        after=query.after or None,
    )
