"""`entrepot demo`."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.base.house import House
from entrepot.demo import service
from entrepot.web import terminal


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Only when no database is registered.")
@click.option(
    "--path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to make; in the home by default.",
)
@click.option(
    "--rows",
    "items",
    type=click.IntRange(1, 5_000_000),
    default=service.ITEMS,
    show_default=True,
    help="Purchase order items; the rest follows from them.",
)
@click.option(
    "--seed",
    type=int,
    default=service.SEED,
    show_default=True,
    help="The same seed makes the same content.",
)
@terminal.json_option
@terminal.pass_house
def group(
    house: House,
    *,
    if_empty: bool,
    path: Path | None,
    items: int,
    seed: int,
    as_json: bool,
) -> None:
    """Make a procure-to-pay database and register it as `demo`."""
    if if_empty and service.has_data(house):
        return
    made = service.make_demo(house, path=path, items=items, seed=seed)
    if as_json:
        terminal.print_json(made)
        return
    click.echo(f"Made {made.rows:,} rows in {made.seconds:.1f} s: {made.path}")
    if made.is_new:
        click.echo(f"Registered as the connection {made.connection!r}.")
    else:
        click.echo(f"The connection {made.connection!r} stays as it was.")
