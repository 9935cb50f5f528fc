"""`entrepot catalogue init`."""

from __future__ import annotations

from dataclasses import asdict

import click

from entrepot.base.house import House
from entrepot.catalogue.cli.command import group
from entrepot.catalogue.serving.initialising import initialise
from entrepot.web import terminal


@group.command("init")
@terminal.json_option
@terminal.pass_house
def init(house: House, *, as_json: bool) -> None:
    """Make the table of products and its samples where there are none.

    It never drops or changes what is there, so it may run at every start.
    """
    done = initialise(house, by="init")
    if as_json:
        terminal.print_json(asdict(done))
        return
    where = "our own database" if done.where == "own" else "the database of DB_HOST"
    made = "the table and " if done.is_table_new else ""
    said = (
        f"made {made}{done.products} samples" if done.products or made else "no change"
    )
    click.echo(f"{where}: {said}")
