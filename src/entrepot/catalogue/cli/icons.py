"""`entrepot catalogue icons …`: icons of categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
import msgspec

from entrepot.base.errors import InvalidValue
from entrepot.base.house import House
from entrepot.catalogue.cli.command import group
from entrepot.catalogue.icons import batches, making, seeing
from entrepot.catalogue.icons.spec import (
    BACKGROUNDS,
    LARGEST,
    LOCAL,
    SMALLEST,
    STYLES,
    CategoryIcon,
    IconSeen,
    LookAsked,
)
from entrepot.web import terminal

C = TypeVar("C", bound=Callable[..., object])
HEADS = ("id", "category", "state", "style", "colour", "drawing", "contrast", "file")


@group.group("icons")
def icons() -> None:
    """Icons of categories: list, make, make many."""


def look_options(command: C) -> C:
    """Give a command the options of how an icon looks."""
    options = (
        click.option("--style", type=click.Choice(STYLES), help="How it is drawn."),
        click.option("--color", help="As #RRGGBB."),
        click.option("--background", type=click.Choice(BACKGROUNDS), help="Behind it."),
        click.option("--size", type=click.IntRange(SMALLEST, LARGEST), help="Pixels."),
        click.option("--model", default=LOCAL, show_default=True, help="The engine."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@icons.command("list")
@click.option("--q", default="", help="Stands in the category's name.")
@click.option("--lacking", is_flag=True, help="Only categories without one.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, help="Categories at most."
)
@terminal.json_option
@terminal.pass_house
def list_icons(
    house: House, *, q: str, lacking: bool, limit: int, as_json: bool
) -> None:
    """List categories in the tree's order with their icons."""
    with house.store.read_session() as session:
        found, _ = seeing.list_category_icons(
            session, q=q, lacking=lacking, limit=limit
        )
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table(("category", "name", *HEADS[2:]), map(_category, found))


@icons.command("generate")
@click.argument("category", type=int)
@look_options
@click.option("--symbol", default="", help="A drawing by name, or `initials`.")
@terminal.json_option
@terminal.pass_house
def generate(
    house: House, /, *, category: int, symbol: str, as_json: bool, **look: object
) -> None:
    """Make the icon of a category, by its id; the one before stays, inactive."""
    one = making.generate_icon(house, category, _asked(symbol=symbol, **look))
    if as_json:
        terminal.print_json(one)
    else:
        terminal.print_table(HEADS, [_row(one)])


@icons.command("batch")
@click.argument("categories", type=int, nargs=-1)
@look_options
@terminal.json_option
@terminal.pass_house
def batch(
    house: House, /, *, categories: Sequence[int], as_json: bool, **look: object
) -> None:
    """Have icons made by a job: of these categories, or of all without one."""
    made = batches.submit_batch(
        house, _asked(**look), category_ids=list(categories) or None
    )
    if as_json:
        terminal.print_json(made)
    else:
        click.echo(f"{made.total_categories:,} icons will be made, job {made.job_id}")


def _asked(**said: Any) -> LookAsked:
    """Return the look that options say.

    Raises:
        InvalidValue: One of them is not possible.
    """
    try:
        return msgspec.convert({n: v for n, v in said.items() if v}, LookAsked)
    except msgspec.ValidationError as error:
        raise InvalidValue(str(error)) from None


def _row(one: IconSeen) -> tuple[object, ...]:
    return (
        one.id,
        one.category,
        one.status,
        one.style,
        one.color,
        one.symbol or "initials",
        one.contrast,
        one.filename,
    )


def _category(one: CategoryIcon) -> tuple[object, ...]:
    if one.icon is None:
        return (one.id, " > ".join(one.trail), "none", "", "", "", "", "")
    return (one.id, " > ".join(one.trail), *_row(one.icon)[2:])
