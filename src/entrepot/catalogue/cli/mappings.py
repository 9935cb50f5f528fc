"""`entrepot catalogue mappings …`: other trees, and which of ours theirs mean."""

from __future__ import annotations

from typing import Literal

import click

from entrepot.base.house import House
from entrepot.catalogue.cli.categories import get_id
from entrepot.catalogue.cli.command import group, operator
from entrepot.catalogue.tree import others
from entrepot.catalogue.tree.mapping import MappingFilter
from entrepot.catalogue.tree.names import render_path
from entrepot.catalogue.tree.outline import kept_outline
from entrepot.web import terminal


@group.group("mappings")
def mappings() -> None:
    """Trees of others, and which of our categories theirs mean."""


@mappings.command("trees")
@terminal.json_option
@terminal.pass_house
def trees(house: House, *, as_json: bool) -> None:
    """List the trees of others, and how much of each is mapped."""
    found = others.list_trees(house)
    if as_json:
        terminal.print_json(found)
    else:
        rows = [(one.tree, one.categories, one.mapped) for one in found]
        terminal.print_table(("tree", "categories", "mapped"), rows)


@mappings.command("list")
@click.argument("tree")
@click.option(
    "--state", type=click.Choice(["all", "open", "mapped"]), default="all", help="Only."
)
@click.option("--q", default="", help="Words of the path.")
@click.option("--after", default="", help="Begin after this key.")
@click.option("--limit", default=100, show_default=True, help="The most to show.")
@terminal.json_option
@terminal.pass_house
def list_some(
    house: House,
    *,
    tree: str,
    state: Literal["all", "open", "mapped"],
    q: str,
    after: str,
    limit: int,
    as_json: bool,
) -> None:
    """List the categories of a tree by key, with suggestions for the open ones."""
    wanted = MappingFilter(tree=tree, state=state, q=q, after=after, limit=limit)
    found = others.list_mappings(house, wanted, with_suggestions=True)
    if as_json:
        terminal.print_json(found)
        return
    outline = kept_outline(house)
    rows = []
    for one in found:
        seen, near = one.mapping, one.suggestions
        ours = render_path(outline.names(seen.category_id)) if seen.category_id else ""
        likely = f"{near[0].likeness} % {near[0].path}" if near else ""
        rows.append((seen.key, seen.path, ours, likely))
    terminal.print_table(("key", "path", "ours", "likely"), rows)


@mappings.command("set")
@click.argument("tree")
@click.argument("key")
@click.argument("category", required=False)
@click.option("--none", "takes_back", is_flag=True, help="Map it to nothing.")
@terminal.pass_house
def set_one(
    house: House, *, tree: str, key: str, category: str | None, takes_back: bool
) -> None:
    """Say which of our categories one of another tree means."""
    if takes_back == bool(category):
        raise click.UsageError("name a category, or --none")
    id = None if takes_back else get_id(house, category or "")
    others.map_keys(house, operator(), tree, {key: id})


@mappings.command("certain")
@click.argument("tree")
@terminal.pass_house
def certain(house: House, *, tree: str) -> None:
    """Map all that can only mean one of ours: the same path, or a name we have once."""
    click.echo(f"{others.map_certain(house, operator(), tree)} mapped")


@mappings.command("drop")
@click.argument("tree")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.pass_house
def drop(house: House, *, tree: str, yes: bool) -> None:
    """Forget a tree of others with what it was mapped to."""
    if not yes:
        click.confirm(f"Forget the tree {tree}?", abort=True, err=True)
    click.echo(f"{others.drop_tree(house, tree)} categories forgotten")
