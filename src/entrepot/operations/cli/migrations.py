"""`entrepot db init`, `status`, `migrate`, `rollback` and `create-migration`."""

from __future__ import annotations

import click

from entrepot.base.house import House
from entrepot.operations.migrations import moves
from entrepot.operations.migrations.draft import create_migration
from entrepot.operations.migrations.rehearse import rehearse as rehearse_on_copy
from entrepot.operations.migrations.status import MigrationStatus, migration_status
from entrepot.web import terminal

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command("init")
@terminal.json_option
@terminal.pass_house
def init(house: House, *, as_json: bool) -> None:
    """Make the database, by its migrations; one that is there is brought up to date."""
    moved = moves.migrate(house)
    if as_json:
        terminal.print_json(moved)
    else:
        _print_moved(moved, "Applied", "The database is up to date.")


@click.command("status")
@terminal.json_option
@terminal.pass_house
def status(house: House, *, as_json: bool) -> None:
    """Show which migrations are applied and which are pending."""
    found = migration_status(house)
    if as_json:
        terminal.print_json(found)
    else:
        _print_status(found)


@click.command("migrate")
@click.option(
    "--target", default="", help="Version to stop at; the newest if not said."
)
@click.option("--applied-by", default="cli", help="Who the history shall name.")
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL and do nothing.")
@click.option(
    "--rehearse", is_flag=True, help="Try it on a copy of the data: up, down, up."
)
@yes_option
@terminal.json_option
@terminal.pass_house
def migrate(
    house: House,
    *,
    target: str,
    applied_by: str,
    as_sql: bool,
    rehearse: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Apply pending migrations, after a verified backup.

    What may lose data is listed first, and asked for.
    """
    if as_sql:
        click.echo(moves.migration_sql(house, target), nl=False)
        return
    if rehearse:
        _rehearse(house, target, as_json=as_json)
        return
    plan = moves.plan_migration(house, target)
    _ask(plan, "Apply", yes=yes)
    moved = moves.migrate(house, target=target, by=applied_by, accept_losses=True)
    if as_json:
        terminal.print_json(moved)
    else:
        _print_moved(moved, "Applied", "Nothing is pending.")


@click.command("rollback")
@click.argument("target")
@click.option("--rolled-back-by", default="cli", help="Who the history shall name.")
@yes_option
@terminal.json_option
@terminal.pass_house
def rollback(
    house: House, *, target: str, rolled_back_by: str, yes: bool, as_json: bool
) -> None:
    """Take back every migration above TARGET, which itself stays.

    001 is the first; 000 or base takes all of them back.
    """
    plan = moves.plan_rollback(house, target)
    _ask(plan, "Take back", yes=yes)
    moved = moves.roll_back(house, target, by=rolled_back_by, accept_losses=True)
    if as_json:
        terminal.print_json(moved)
    else:
        _print_moved(moved, "Took back", f"Nothing above {target} is applied.")


@click.command("create-migration")
@click.argument("text")
@click.option("--version", default="", help="Such as 001; the time now if not said.")
@terminal.json_option
@terminal.pass_house
def create(house: House, *, text: str, version: str, as_json: bool) -> None:
    """Draft a migration that does TEXT, from what the models have and the database not.

    Prints the path of the file, which is to be read and finished before it is applied.
    """
    path = create_migration(house, text, version=version)
    if as_json:
        terminal.print_json({"path": str(path)})
    else:
        click.echo(path)


def _ask(plan: moves.Plan, verb: str, *, yes: bool) -> None:
    for loss in plan.losses:
        click.echo(f"May lose data: {loss}", err=True)
    if plan.losses and not yes:
        told = ", ".join(plan.versions)
        click.confirm(f"{verb} {told} all the same?", abort=True, err=True)


def _rehearse(house: House, target: str, *, as_json: bool) -> None:
    seen = rehearse_on_copy(house, target)
    if as_json:
        terminal.print_json(seen)
    elif seen.versions:
        told, rows = ", ".join(seen.versions), sum(seen.before.values())
        click.echo(f"On a copy with {rows:,} rows, {told} went up, down and up again.")
        click.echo("The schema came out equal, and no row was lost on the way back.")
    else:
        click.echo("Nothing is pending.")


def _print_moved(moved: moves.Moved, verb: str, otherwise: str) -> None:
    if moved.backup:
        click.echo(f"Backup: {moved.backup}")
    for version in moved.versions:
        click.echo(f"{verb} {version}")
    if not moved.versions:
        click.echo(otherwise)
    click.echo(f"Current version: {moved.current_version or 'none'}")


def _print_status(found: MigrationStatus) -> None:
    click.echo("=== Migration Status ===")
    click.echo(f"Total migrations: {found.total_migrations}")
    click.echo(f"Applied migrations: {found.applied_migrations}")
    click.echo(f"Pending migrations: {found.pending_migrations}")
    click.echo(f"Current version: {found.current_version or 'none'}")
    lists = {
        "Applied versions": found.applied_versions,
        "Pending versions": found.pending_versions,
        "Rolled back": found.rolled_back,
        "Missing files": found.missing_files,
        "Changed since they were applied": found.changed_files,
    }
    for told, versions in lists.items():
        if versions:
            click.echo(f"{told}: {', '.join(versions)}")


COMMANDS = (init, status, migrate, rollback, create)
