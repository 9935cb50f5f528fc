"""`entrepot catalogue products versions` and `restore`."""

from __future__ import annotations

import click
import msgspec

from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.catalogue import service
from entrepot.catalogue.cli.command import operator
from entrepot.catalogue.cli.naming import product_id
from entrepot.catalogue.cli.products import products
from entrepot.catalogue.editing import VersionSeen, list_versions
from entrepot.web import terminal

HEADS = ("version", "kind", "at", "by", "changes")
SHOWN_CHARACTERS = 120


@products.command("versions")
@click.argument("product")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=50,
    show_default=True,
    help="At most so many.",
)
@terminal.json_option
@terminal.pass_house
def versions(house: House, *, product: str, limit: int, as_json: bool) -> None:
    """List the changes of a product, the newest first; a deleted one by its id."""
    with house.store.read_session() as session:
        id = product_id(session, product)
        found = list_versions(session, id, limit=limit)
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table(HEADS, map(_row, found))


@products.command("restore")
@click.argument("product")
@click.argument("version", type=int)
@terminal.json_option
@terminal.pass_house
def restore(house: House, *, product: str, version: int, as_json: bool) -> None:
    """Put a product back to what it was after a version, as a new one."""
    with house.store.read_session() as session:
        id = product_id(session, product)
    made = service.bring_back(house, id, version, by=operator().name)
    if as_json:
        terminal.print_json({"id": id, "sku": made.sku, "version": made.version})
    else:
        click.echo(f"{id}: {made.sku}, version {made.version}")


def _row(seen: VersionSeen) -> tuple[object, ...]:
    changes = "; ".join(
        f"{one.field}: {_text(one.old)} -> {_text(one.new)}" for one in seen.changes
    )
    at = render_time(seen.changed_at, timespec="seconds")
    shown = changes[:SHOWN_CHARACTERS]
    return (seen.version, seen.kind, at, seen.changed_by, shown)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
