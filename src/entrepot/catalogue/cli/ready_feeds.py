"""`entrepot catalogue feeds …`: the feeds that are always ready."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.catalogue.cli.command import group
from entrepot.catalogue.outbound.ready import (
    FEEDS,
    newest_file,
    tag_of,
    write_feed,
)
from entrepot.web import terminal

NAME = click.Choice(list(FEEDS))


@group.group("feeds")
def feeds() -> None:
    """Feeds that are always ready: Shopify, Google Merchant, JSON."""


@feeds.command("list")
@terminal.json_option
@terminal.pass_house
def list_feeds(house: House, *, as_json: bool) -> None:
    """List the ready feeds and how far each is."""
    tag = tag_of(house)
    found = [(feed, newest_file(house, feed.name)) for feed in FEEDS.values()]
    if as_json:
        terminal.print_json([file for _, file in found if file is not None])
        return
    rows = [
        (
            f"/feeds/{feed.name}",
            "not yet" if file is None else "yes" if file.tag == tag else "older",
            file.products if file else "",
            file.lacking if file else "",
            file.size_bytes if file else "",
        )
        for feed, file in found
    ]
    terminal.print_table(("address", "written", "products", "lacking", "bytes"), rows)


@feeds.command("write")
@click.argument("name", type=NAME)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="A copy.")
@terminal.json_option
@terminal.pass_house
def write(house: House, *, name: str, to: Path | None, as_json: bool) -> None:
    """Write a feed as the catalogue is now, also to a file of one's own."""
    made = write_feed(house, name)
    if to is not None:
        with publish(to) as copy, Path(made.path).open("rb") as file:
            shutil.copyfileobj(file, copy)
    if as_json:
        terminal.print_json(made)
    else:
        click.echo(
            f"{name}: {made.products:,} products, {made.lacking:,} left out, "
            f"{made.size_bytes:,} bytes"
        )


@feeds.command("lacking")
@click.argument("name", type=NAME)
@terminal.json_option
@terminal.pass_house
def lacking(house: House, *, name: str, as_json: bool) -> None:
    """List what products lack that are left out of a feed."""
    made = write_feed(house, name)
    if as_json:
        terminal.print_json(made.reasons)
        return
    heads = ("product", "sku", "attribute", "field", "why")
    rows = [
        (one.product_id, one.sku, one.attribute, one.field, one.reason)
        for one in made.reasons
    ]
    terminal.print_table(heads, rows)
