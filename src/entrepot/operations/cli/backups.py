"""`entrepot db backup`, `list-backups`, `verify-backup` and `restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from entrepot.base.house import House
from entrepot.operations.backups import keeping
from entrepot.operations.backups.progress import silent
from entrepot.operations.migrations.moves import migrate, plan_migration
from entrepot.operations.restores import whole as putting_back
from entrepot.web import terminal
from entrepot.web.words import size

PATH = click.Path(path_type=Path)


@click.command("backup")
@click.option(
    "--backup-path",
    type=PATH,
    help="File to make; one named by the time in ENTREPOT_HOME/backups if not said.",
)
@click.option("--description", default="", help="What people should know of it.")
@terminal.json_option
@terminal.pass_house
def backup(
    house: House, *, backup_path: Path | None, description: str, as_json: bool
) -> None:
    """Back the database up while it is used.

    The backup is restored into a scratch place and compared before it is kept.
    """
    progress = _show_progress if sys.stderr.isatty() and not as_json else silent
    made = keeping.back_up(
        house, path=backup_path, description=description, progress=progress
    )
    if as_json:
        terminal.print_json(made)
        return
    click.echo(f"Backup: {made.path}")
    click.echo(
        f"{size(made.size_bytes)}, {made.table_count} tables, {made.row_count:,} rows, "
        f"{made.drill} and compared. The secret key is not inside."
    )
    _warn(made)


@click.command("list-backups")
@terminal.json_option
@terminal.pass_house
def list_backups(house: House, *, as_json: bool) -> None:
    """List the backups in ENTREPOT_HOME/backups, newest first."""
    found = keeping.list_backups(house)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("File", "Created", "Size MB", "State", "Description")
    rows = [
        (
            b.name,
            f"{b.created_at:%Y-%m-%d %H:%M:%S}",
            f"{b.size_bytes / 1e6:.2f}",
            b.state,
            b.description,
        )
        for b in found
    ]
    terminal.print_table(columns, rows)


@click.command("verify-backup")
@click.argument("path", type=PATH)
@terminal.json_option
@terminal.pass_house
def verify_backup(house: House, *, path: Path, as_json: bool) -> None:
    """Read a backup whole and compare it with what its manifest says."""
    found = keeping.verify_backup(_known(house, path))
    if as_json:
        terminal.print_json(found)
    else:
        click.echo(f"{found.path} is as it was written: {found.row_count:,} rows.")
        _warn(found)


@click.command("restore")
@click.argument("path", type=PATH)
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.json_option
@terminal.pass_house
def restore(house: House, *, path: Path, yes: bool, as_json: bool) -> None:
    """Put a backup in the database's place; the one before is kept.

    The servers of this home must be stopped. An older backup is brought forward by
    migrations, after asking.
    """
    path = _known(house, path)
    plan = putting_back.plan_restore(house, path)
    _print_plan(plan)
    if not yes:
        click.confirm("Replace the database?", abort=True, err=True)
    done = putting_back.restore(house, path)
    if as_json:
        terminal.print_json(done)
    else:
        click.echo(f"Restored {done.path}")
        if done.kept_aside:
            click.echo(f"The database before: {done.kept_aside}")
    _bring_forward(house, yes=yes)


def _bring_forward(house: House, *, yes: bool) -> None:
    plan = plan_migration(house)
    if not plan.steps:
        return
    told = ", ".join(plan.versions)
    click.echo(f"The backup is older: it lacks {told}.", err=True)
    for loss in plan.losses:
        click.echo(f"May lose data: {loss}", err=True)
    if yes or click.confirm("Apply these migrations now?", err=True):
        migrate(house, accept_losses=True)
        click.echo(f"Applied {told}.", err=True)
    else:
        click.echo("Later: `entrepot db migrate`", err=True)


def _print_plan(plan: putting_back.RestorePlan) -> None:
    manifest = plan.manifest
    click.echo(
        f"Backup of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC by {manifest.taken_by}, "
        f"Entrepôt {manifest.version}, step {', '.join(manifest.contents.heads)}.",
        err=True,
    )
    for name in sorted({*plan.now, *plan.then}):
        now, then = plan.now.get(name), plan.then.get(name)
        if now != then:
            click.echo(f"  {name}: {_rows(now)} -> {_rows(then)}", err=True)


def _rows(count: int | None) -> str:
    return "not there" if count is None else f"{count:,} rows"


def _known(house: House, path: Path) -> Path:
    """Take a bare name for one in ENTREPOT_HOME/backups, if it is not here."""
    there = keeping.folder_of(house) / path.name
    return there if path.name == str(path) and not path.exists() else path


def _warn(found: keeping.Backup) -> None:
    if found.broken_references:
        click.echo(
            f"Warning: {found.broken_references} references lead nowhere.",
            err=True,
        )


def _show_progress(stage: str, done: int, total: int) -> None:
    shown = f"{stage} {done * 100 // total} %" if total else stage
    click.echo(f"\r{shown:40}", nl=bool(total) and done >= total, err=True)


COMMANDS = (backup, list_backups, verify_backup, restore)
