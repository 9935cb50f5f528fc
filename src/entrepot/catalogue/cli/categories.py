"""`entrepot catalogue categories …`: the tree at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from entrepot.base.errors import Invalid, NotThere
from entrepot.base.house import House
from entrepot.catalogue.cli.command import group, operator
from entrepot.catalogue.tree import others, seeing, service
from entrepot.catalogue.tree.ensuring import find_paths
from entrepot.catalogue.tree.importing import TreeImported, TreeWanted
from entrepot.catalogue.tree.names import parse_path
from entrepot.catalogue.tree.outline import kept_outline
from entrepot.catalogue.tree.reading import MOST_CHARACTERS, READERS
from entrepot.catalogue.tree.seeing import CategoryBranch, CategorySeen
from entrepot.catalogue.tree.service import CategoryChange, CategoryWanted
from entrepot.web import terminal

HEADS = ("id", "path", "products", "with those below")


@group.group("categories")
def categories() -> None:
    """The tree of categories: look, change, move, merge, import.

    A category is named by its id, or by its path: "Office Supplies > Paper".
    """


@categories.command("list")
@click.option("--q", default="", help="Words of the path.")
@click.option("--below", default="", help="Only what is directly below this category.")
@click.option("--limit", default=100, show_default=True, help="The most to show.")
@click.option("--offset", default=0, help="Leave out so many.")
@terminal.json_option
@terminal.pass_house
def list_some(
    house: House, *, q: str, below: str, limit: int, offset: int, as_json: bool
) -> None:
    """List categories in the tree's order."""
    parent_id = get_id(house, below) if below else None
    found = seeing.find_categories(
        house, q=q, parent_id=parent_id, limit=limit, offset=offset
    )
    if as_json:
        terminal.print_json(found.lines)
        return
    rows = [(c.id, c.path, c.product_count, c.total_product_count) for c in found.lines]
    terminal.print_table(HEADS, rows)
    if found.next is not None:
        click.echo(f"{found.total} in all: --offset {found.next}", err=True)


@categories.command("tree")
@terminal.json_option
@terminal.pass_house
def tree(house: House, *, as_json: bool) -> None:
    """Print the whole tree, two blanks a level."""
    roots = seeing.nested(kept_outline(house))
    if as_json:
        terminal.print_json(roots)
    else:
        _print(roots)


@categories.command("show")
@click.argument("category")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, category: str, as_json: bool) -> None:
    """Show one category with its counts."""
    _show(seeing.get_seen(house, get_id(house, category)), as_json)


@categories.command("create")
@click.argument("name")
@click.option("--below", default="", help="The category above it; a root if not said.")
@click.option("--description", help="What belongs there.")
@terminal.json_option
@terminal.pass_house
def create(
    house: House, *, name: str, below: str, description: str | None, as_json: bool
) -> None:
    """Add a category."""
    parent_id = get_id(house, below) if below else None
    wanted = CategoryWanted(name=name, parent_id=parent_id, description=description)
    _show(service.create(house, wanted), as_json)


@categories.command("rename")
@click.argument("category")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def rename(house: House, *, category: str, name: str, as_json: bool) -> None:
    """Give a category another name; feeds that say the old one find it."""
    id = get_id(house, category)
    _show(service.change(house, id, CategoryChange(name=name)), as_json)


@categories.command("move")
@click.argument("category")
@click.argument("below", required=False)
@click.option("--root", is_flag=True, help="Among the roots.")
@terminal.json_option
@terminal.pass_house
def move(
    house: House, *, category: str, below: str | None, root: bool, as_json: bool
) -> None:
    """Put a category, with all below it, under another one."""
    if root == bool(below):
        raise Invalid("say where it goes", hint="name a category, or --root")
    parent_id = None if root else get_id(house, below or "")
    _show(service.move(house, get_id(house, category), parent_id), as_json)


@categories.command("merge")
@click.argument("category")
@click.argument("target")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.json_option
@terminal.pass_house
def merge(
    house: House, *, category: str, target: str, yes: bool, as_json: bool
) -> None:
    """Let all of a category go over to another one, and the category go."""
    id, target_id = get_id(house, category), get_id(house, target)
    if not yes:
        click.confirm(f"Merge {category} into {target}?", abort=True, err=True)
    done = service.merge(house, operator(), id, target_id)
    if as_json:
        terminal.print_json(done)
    else:
        click.echo(f"{done.products} products went over")
        click.echo(f"Back: entrepot catalogue categories undo-merge {done.id}")


@categories.command("undo-merge")
@click.argument("merge_id")
@terminal.json_option
@terminal.pass_house
def undo_merge(house: House, *, merge_id: str, as_json: bool) -> None:
    """Take a merge back."""
    _show(service.undo_merge(house, operator(), merge_id), as_json)


@categories.command("delete")
@click.argument("category")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.pass_house
def delete(house: House, *, category: str, yes: bool) -> None:
    """Delete a category that has nothing below it and no products."""
    id = get_id(house, category)
    if not yes:
        click.confirm(f"Delete the category {category}?", abort=True, err=True)
    service.delete(house, id)


@categories.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    default="",
    type=click.Choice(["", *READERS]),
    help="Found out, if not said.",
)
@click.option("--tree", "name", default="", help="The tree's name; maps its keys.")
@click.option("--into", type=click.Choice(["categories", "mapping"]), help="What for.")
@click.option("--below", default="", help="The category that its roots go below.")
@click.option("--preview", is_flag=True, help="Only tell what would be done.")
@terminal.json_option
@terminal.pass_house
def import_tree(  # a command's options are what they are, each by its name
    house: House,
    *,
    file: Path,
    format: str,
    name: str,
    into: Literal["categories", "mapping"] | None,
    below: str,
    preview: bool,
    as_json: bool,
) -> None:
    """Import a tree: lines of paths, nested sets, JSON or CSV."""
    with file.open(encoding="utf-8-sig", errors="replace") as source:
        text = source.read(MOST_CHARACTERS + 1)
    wanted = TreeWanted(
        into=into or "categories",
        tree=name,
        below=get_id(house, below) if below else None,
    )
    if preview:
        done = others.preview(house, text, wanted, format)
    else:
        done = others.bring_in(house, operator(), text, wanted, format)
    if as_json:
        terminal.print_json(done)
    else:
        _tell(done)


def get_id(house: House, named: str) -> int:
    """Return the id of a category that is named by it or by its path.

    Raises:
        NotThere: There is none.
        InvalidValue: It is no path.
    """
    if named.isascii() and named.isdigit() and len(named) < 10:
        return int(named)
    path = parse_path(named)
    with house.store.read_session() as session:
        found = find_paths(session, [path])
    if path not in found:
        raise NotThere("category", named, [])
    return found[path]


def _show(seen: CategorySeen, as_json: bool) -> None:
    if as_json:
        terminal.print_json(seen)
        return
    terminal.print_facts(
        {
            "id": seen.id,
            "path": seen.path,
            "slug": seen.slug,
            "below it": seen.children,
            "products": seen.product_count,
            "with those below": seen.total_product_count,
            "description": seen.description,
        }
    )


def _print(branches: list[CategoryBranch]) -> None:
    for branch in branches:
        name = terminal.plain(branch.name)
        click.echo(f"{'  ' * branch.level}{name} ({branch.total_product_count})")
        _print(branch.children)


def _tell(done: TreeImported) -> None:
    terminal.print_facts(
        {
            "format": done.format,
            "categories in it": done.entries,
            "made": done.new,
            "there already": done.there,
            "keys mapped": done.mapped,
            "faults": done.fault_count,
        }
    )
    for fault in done.faults:
        line = f"line {fault.line}: {fault.value}: {fault.reason}"
        click.echo(terminal.plain(line), err=True)
