"""`entrepot catalogue products …`: look, search, change, export."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec

from entrepot.base.house import House
from entrepot.catalogue import service
from entrepot.catalogue import settings as knobs
from entrepot.catalogue.cli.command import group, operator
from entrepot.catalogue.cli.naming import parse_values, product_id
from entrepot.catalogue.documents import (
    bump,
    list_lost_points,
    refresh_all,
)
from entrepot.catalogue.editing import get_product, list_overrides
from entrepot.catalogue.editing.values import state_of
from entrepot.catalogue.finding import (
    SORTS,
    DocumentPage,
    ProductQuery,
    list_documents,
)
from entrepot.catalogue.finding.spec import MOST_PER_PAGE
from entrepot.catalogue.models import Document
from entrepot.catalogue.outbound.filing import write_file
from entrepot.catalogue.words import PRODUCT_STATUSES
from entrepot.exports import format_of_name
from entrepot.web import terminal

_limit = click.option(
    "--limit",
    type=click.IntRange(1, MOST_PER_PAGE),
    default=50,
    show_default=True,
    help="At most so many.",
)
HEADS = ("id", "sku", "name", "price", "currency", "stock", "status", "quality")
_SHOWN = ("id", "sku", "name", "price", "currency", "inventory_quantity", "status")


@group.group("products")
def products() -> None:
    """Products: look, search, change, go back. One is named by its SKU or id."""


def _filters(command: Any) -> Any:
    """Give a command the options that choose products."""
    for option in reversed(
        (
            click.option("--brand", multiple=True, help="Any of these."),
            click.option(
                "--status",
                type=click.Choice(PRODUCT_STATUSES),
                multiple=True,
                help="Any of these.",
            ),
            click.option("--category-id", type=int, help="And those below it."),
            click.option("--has-image/--no-image", default=None, help="A picture."),
            click.option("--low-stock", is_flag=True, default=None, help="Few left."),
            click.option("--lost-rule", help="Does not meet this rule of quality."),
        )
    ):
        command = option(command)
    return command


@products.command("list")
@_filters
@click.option("--sort", type=click.Choice(SORTS), help="By id, if not said.")
@click.option("--desc", is_flag=True, help="The last ones first.")
@_limit
@terminal.json_option
@terminal.pass_house
def list_some(house: House, /, *, as_json: bool, **asked: Any) -> None:
    """List products."""
    _show(_find(house, _query(house, asked)), as_json=as_json)


@products.command("search")
@click.argument("q")
@_filters
@_limit
@terminal.json_option
@terminal.pass_house
def search(house: House, /, *, as_json: bool, **asked: Any) -> None:
    """Search products by words, each the beginning of one; typos are forgiven."""
    found = _find(house, _query(house, asked))
    if found.corrected_to is not None:
        click.echo(f"nothing has these words; for: {found.corrected_to}", err=True)
    _show(found, as_json=as_json)


@products.command("show")
@click.argument("product")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, product: str, as_json: bool) -> None:
    """Show a product: its fields, its quality, what was set by hand."""
    with house.store.read_session() as session:
        id = product_id(session, product)
        found = get_product(session, id)
        whole: dict[str, Any] = {"id": id, "version": found.version, **state_of(found)}
        whole["quality"] = session.get_one(Document, id).quality
        lost = list_lost_points(session, id)
        whole["overrides"] = [one.field for one in list_overrides(session, id)]
    if as_json:
        terminal.print_json(whole | {"lost": lost})
        return
    whole["overrides"] = ", ".join(whole["overrides"])
    terminal.print_facts({k: "" if v is None else v for k, v in whole.items()})
    for point in lost:
        click.echo(f"-{point.points:g}  {point.field}: {point.advice}")


@products.command("add")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@terminal.json_option
@terminal.pass_house
def add(house: House, *, values: tuple[str, ...], as_json: bool) -> None:
    """Add a product: sku, name and price, and what else is known."""
    made = service.add_product(house, parse_values(values), by=operator().name)
    _say(made.id, made.sku, made.version, as_json=as_json)


@products.command("set")
@click.argument("product")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--version", type=int, help="Refuse if it has another one by now.")
@terminal.json_option
@terminal.pass_house
def set_values(
    house: House,
    *,
    product: str,
    values: tuple[str, ...],
    version: int | None,
    as_json: bool,
) -> None:
    """Change fields of a product; feeds leave them alone from then on."""
    made = service.change_product(
        house,
        _id(house, product),
        parse_values(values),
        version=version,
        by=operator().name,
    )
    _say(made.id, made.sku, made.version, as_json=as_json)


@products.command("delete")
@click.argument("product")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.pass_house
def delete(house: House, *, product: str, yes: bool) -> None:
    """Delete a product; `restore` brings it back."""
    id = _id(house, product)
    if not yes:
        click.confirm(f"Delete the product {product}?", abort=True)
    service.remove_product(house, id, version=None, by=operator().name)
    click.echo(f"{id}: deleted; `entrepot catalogue products versions {id}`")


@products.command("refresh")
@terminal.json_option
@terminal.pass_house
def refresh(house: House, *, as_json: bool) -> None:
    """Write every document, quality and search row anew."""
    with house.store.session() as session:
        count = refresh_all(session)
        bump(session)
    if as_json:
        terminal.print_json({"products": count})
    else:
        click.echo(f"{count:,} products")


@products.command("export")
@_filters
@click.option("--output", "-o", default=terminal.STDOUT, help="A file; - for output.")
@click.option("--format", help="As `exports formats` lists; else by the file's name.")
@click.option("--option", multiple=True, help="name=value of the format; repeatable.")
@terminal.pass_house
def export(
    house: House,
    /,
    *,
    output: str,
    format: str | None,
    option: tuple[str, ...],
    **asked: Any,
) -> None:
    """Write products to a file, a row each with every field; NDJSON, if not said."""
    format = format or format_of_name(output, usual="ndjson")
    made = partial(
        write_file,
        house,
        _query(house, asked),
        format=format,
        options=dict(map(_parted, option)),
    )
    if output != terminal.STDOUT:
        path = Path(output).absolute()
        count = made(path)
        path.chmod(0o666 & ~terminal.umask())
        click.echo(f"{path}: {count:,} products", err=True)
        return
    with TemporaryDirectory(prefix="products-") as folder:
        path = Path(folder) / "products"
        made(path)
        terminal.pour(path)


def _parted(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--option is name=value, not {text!r}")
    return name.strip(), value


def _query(house: House, asked: dict[str, Any]) -> ProductQuery:
    return ProductQuery(
        q=asked.get("q", ""),
        brand=asked["brand"],
        status=asked["status"],
        category_id=asked["category_id"],
        has_image=asked["has_image"],
        low_stock=asked["low_stock"],
        low_stock_at=house.settings[knobs.LOW_STOCK],
        lost_rule=asked["lost_rule"],
        sort=asked.get("sort"),
        order="desc" if asked.get("desc") else "asc",
        limit=asked.get("limit", MOST_PER_PAGE),
    )


def _find(house: House, wanted: ProductQuery) -> DocumentPage:
    with house.store.read_session() as session:
        return list_documents(session, wanted)


def _show(found: DocumentPage, *, as_json: bool) -> None:
    decoded = [msgspec.json.decode(document) for document in found.documents]
    if as_json:
        terminal.print_json(decoded)
        return
    rows = ([one[name] for name in (*_SHOWN, "quality")] for one in decoded)
    terminal.print_table(HEADS, rows)


def _id(house: House, name: str) -> int:
    with house.store.read_session() as session:
        return product_id(session, name)


def _say(id: int, sku: str, version: int, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json({"id": id, "sku": sku, "version": version})
    else:
        click.echo(f"{id}: {sku}, version {version}")
