"""`entrepot exports status|cancel|delete|download`: what was asked for before."""

from __future__ import annotations

import click

from entrepot.base.house import House
from entrepot.exports import service
from entrepot.exports.cli.exports import group
from entrepot.exports.seen import ExportSeen
from entrepot.web import terminal


@group.command("status")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def status(house: House, *, id: str, as_json: bool) -> None:
    """Tell how far an export is."""
    _tell(service.get_export(house, id), as_json)


@group.command("cancel")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def cancel(house: House, *, id: str, as_json: bool) -> None:
    """End an export that waits or runs."""
    service.cancel_export(house, id)
    _tell(service.get_export(house, id), as_json)


@group.command("delete")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def delete(house: House, *, id: str, as_json: bool) -> None:
    """Remove the file of an export; its receipt stays."""
    service.delete_export(house, id)
    _tell(service.get_export(house, id), as_json)


@group.command("download")
@click.argument("id")
@click.option("--output", "-o", help="The file, or - for standard output.")
@terminal.pass_house
def download(house: House, *, id: str, output: str | None) -> None:
    """Copy the kept file of an export here."""
    finished = service.get_file(house, id)
    to = terminal.copy_out(finished.path, finished.receipt.file_name, output)
    if to is not None:
        click.echo(f"{to}: {finished.receipt.size_bytes:,} bytes")


def _tell(seen: ExportSeen, as_json: bool) -> None:
    if as_json:
        terminal.print_json(seen)
        return
    percent = "" if seen.percent is None else f" {seen.percent:g} %"
    rows = "" if seen.rows is None else f", {seen.rows:,} rows"
    reason = f": {seen.error_detail or seen.error}" if seen.error else ""
    click.echo(f"{seen.id}: {seen.status}{percent}{rows}{reason}")
