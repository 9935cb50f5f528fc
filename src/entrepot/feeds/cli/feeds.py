"""Feeds and imports at the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.base.acting import current
from entrepot.base.house import House
from entrepot.feeds import feeds, here, imports, looking, syncs
from entrepot.feeds.feeds_seen import (
    FeedWanted,
)
from entrepot.feeds.seen import (
    Applying,
    ImportSeen,
    Undoing,
)
from entrepot.feeds.states import MISSINGS
from entrepot.web import terminal


@click.group("feeds")
def group() -> None:
    """Imports into the catalogue, and their history."""


@group.command("list")
@terminal.json_option
@terminal.pass_house
def list_feeds(house: House, *, as_json: bool) -> None:
    """List the feeds by name."""
    found = feeds.list_feeds(house)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("name", "source", "address", "products", "cron", "last")
    rows = [
        (f.name, f.source, f.address, f.products, f.cron, f.last and f.last.state)
        for f in found
    ]
    terminal.print_table(columns, rows)


@group.command("add")
@click.argument("name")
@click.argument("source")
@click.argument("address", default="")
@click.option(
    "--secret-file", type=click.File(), help="Holds the password; - is stdin."
)
@click.option("--cron", default="", help="When it runs by itself: five fields.")
@click.option("--time-zone", default="UTC", help="That of the times.")
@click.option("--priority", default=100, help="The higher of two feeds writes.")
@click.option(
    "--missing",
    type=click.Choice(MISSINGS),
    default="keep",
    help="What becomes of products that its file has no longer.",
)
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    name: str,
    source: str,
    address: str,
    secret_file: object,
    cron: str,
    time_zone: str,
    priority: int,
    missing: str,
    as_json: bool,
) -> None:
    """Make a feed that is fetched from ADDRESS by SOURCE, such as url or ftp."""
    secret = secret_file.read().strip() if secret_file else ""  # type: ignore[attr-defined]  # a file
    wanted = FeedWanted(
        name=name,
        source=source,
        address=address,
        secret=secret,
        cron=cron,
        time_zone=time_zone,
        priority=priority,
        missing=missing,  # type: ignore[arg-type]  # one of the choices
    )
    made = feeds.add_feed(house, wanted, by=current().name)
    if as_json:
        terminal.print_json(made)
    else:
        terminal.print_facts({"name": made.name, "source": made.source})


@group.command("run")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def run(house: House, *, name: str, as_json: bool) -> None:
    """Ask for a feed's file now; a worker fetches and previews it."""
    _print(feeds.run_feed(house, name, by=current().name), as_json=as_json)


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--feed", default="", help="Name of the feed that it belongs to.")
@click.option("--preview/--apply", "is_preview", default=True, help="Only look.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--accept-vanished", is_flag=True, help="However much is gone.")
@terminal.json_option
@terminal.pass_house
def import_file(
    house: House,
    *,
    file: Path,
    feed: str,
    is_preview: bool,
    yes: bool,
    accept_vanished: bool,
    as_json: bool,
) -> None:
    """Find out what FILE would change, and write it with --apply."""
    seen = here.preview_here(house, file, feed=feed, by=current().name)
    if not is_preview:
        if not yes:
            _print(seen, as_json=False)
            click.confirm("Write this?", abort=True)
        agreed = Applying(accept_vanished=accept_vanished)
        seen = here.apply_here(house, seen.id, agreed)
    _print(seen, as_json=as_json)


@group.command("history")
@click.option("--limit", default=20, help="The most to be listed.")
@terminal.json_option
@terminal.pass_house
def history(house: House, *, limit: int, as_json: bool) -> None:
    """List what was imported and undone, the newest first."""
    found = syncs.list_syncs(house, syncs.SyncFilter(), limit=limit)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("id", "type", "status", "started", "what")
    rows = [
        (s.id, s.type, s.status, f"{s.started_at:%Y-%m-%d %H:%M}", s.message)
        for s in found
    ]
    terminal.print_table(columns, rows)


@group.command("undo")
@click.argument("id")
@click.option("--force", is_flag=True, help="Set back what changed since as well.")
@terminal.json_option
@terminal.pass_house
def undo(house: House, *, id: str, force: bool, as_json: bool) -> None:
    """Take back the import with this ID."""
    imports.check_undo(house, id)
    how = Undoing(conflicts="force" if force else "skip")
    _print(here.undo_here(house, id, how), as_json=as_json)


@group.command("errors")
@click.argument("id")
@click.option(
    "--format",
    "kind",
    type=click.Choice(looking.FORMATS),
    default="csv",
    help="How the file is written.",
)
@click.option("--output", default=None, help="File to write; - is the terminal.")
@terminal.pass_house
def errors(house: House, *, id: str, kind: str, output: str | None) -> None:
    """Write the rows of an import that were not taken, each with its `_error`."""
    path = looking.make_errors_file(house, id, format=kind)
    written = terminal.copy_out(path, f"errors-{id[:8]}.{kind}", output)
    if written is not None:
        click.echo(str(written))


def _print(seen: ImportSeen, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(seen)
        return
    facts: dict[str, object] = {"id": seen.id, "state": seen.state}
    if seen.counts is not None:
        names = ("rows", "created", "updated", "unchanged", "skipped", "rejected")
        facts |= {name: getattr(seen.counts, name) for name in names}
        facts["vanished"] = seen.counts.vanished
    if seen.undo is not None:
        facts |= {"deleted": seen.undo.deleted, "restored": seen.undo.restored}
    terminal.print_facts(facts)
