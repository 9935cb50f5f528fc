"""`entrepot db info`, `optimize` and `cleanup`."""

from __future__ import annotations

import click

from entrepot.base.house import House
from entrepot.operations import cleanup as tidying
from entrepot.operations.upkeep import space as compacting
from entrepot.operations.upkeep.info import database_info
from entrepot.web import terminal
from entrepot.web.words import duration, size

KNOWN = ("logs", "jobs", "orphans", "paths", "backups")


@click.command("info")
@terminal.json_option
@terminal.pass_house
def info(house: House, *, as_json: bool) -> None:
    """Show where the database is, whether it answers, and what is in it."""
    found = database_info(house)
    if as_json:
        terminal.print_json(found)
        return
    click.echo("=== Database Information ===")
    click.echo(f"Database URL: {found.database_url}")
    click.echo(f"Status: {found.status}")
    click.echo(f"Connection test: {'✓' if found.connection_test else '✗'}")
    if found.error:
        click.echo(f"Error: {found.error}")
    click.echo("=== Table Statistics ===")
    for name, rows in found.tables.items():
        click.echo(f"{name}: {rows}")


@click.command("optimize")
@terminal.json_option
@terminal.pass_house
def optimize(house: House, *, as_json: bool) -> None:
    """Give unused space back and gather statistics."""
    done = compacting.optimize(house)
    if as_json:
        terminal.print_json(done)
        return
    before, after = size(done.before_bytes), size(done.after_bytes)
    click.echo(f"{done.did}: {before} -> {after}, in {duration(done.seconds)}")


@click.command("cleanup")
@click.option("--logs", is_flag=True, help="Old log entries.")
@click.option("--jobs", is_flag=True, help="Finished jobs.")
@click.option("--orphans", is_flag=True, help="Rows that belong to nothing any more.")
@click.option("--paths", is_flag=True, help="Make the categories' paths anew.")
@click.option("--backups", is_flag=True, help="Old backups, but for the newest.")
@click.option("--all", "everything", is_flag=True, help="All that can be tidied up.")
@click.option("--days", default=30, show_default=True, help="Age from which things go.")
@click.option("--dry-run", is_flag=True, help="Only count.")
@terminal.pass_house
def cleanup(
    house: House, /, *, everything: bool, days: int, dry_run: bool, **chosen: bool
) -> None:
    """Remove what is old or belongs to nothing; prints counts as JSON.

    With --dry-run alone all of it is counted.
    """
    known = tidying.list_cleanups()
    names = [name for name in KNOWN if chosen[name]]
    if not names and not everything and not dry_run:
        options = ", ".join(f"--{name}" for name in known)
        raise click.UsageError(f"say what: --all, or of {options}")
    wanted = names if names and not everything else [*known]
    done = tidying.clean_up(house, wanted, days=days, is_dry=dry_run)
    terminal.print_json(done)


COMMANDS = (info, optimize, cleanup)
