"""`entrepot exports schedules …`."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.exports import scheduled
from entrepot.exports.scheduled import ExportSchedule
from entrepot.exports.wanted import ExportRequest
from entrepot.jobs import ScheduleChange
from entrepot.web import terminal


@click.group("schedules")
def schedules() -> None:
    """Exports that are wanted again and again."""


@schedules.command("list")
@terminal.json_option
@terminal.pass_house
def list_schedules(house: House, *, as_json: bool) -> None:
    """List the scheduled exports by name."""
    found = scheduled.list_export_schedules(house)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("name", "what", "format", "cron", "time zone", "next", "by")
    terminal.print_table(columns, map(_row, found))


@schedules.command("add")
@click.argument("name")
@click.argument("cron")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--time-zone", default="UTC", help="That of the times.")
@click.option("--description", default="", help="What people should know of it.")
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    name: str,
    cron: str,
    file: Path,
    time_zone: str,
    description: str,
    as_json: bool,
) -> None:
    """Let the export that the JSON of FILE asks for be made at the times of CRON.

    It is what `POST /api/exports` takes, such as {"source": {"connection": "shop",
    "table": "orders"}, "deliver_to": ["warehouse"]}.
    """
    made = scheduled.schedule_export(
        house,
        _read(file),
        role="admin",
        name=name,
        cron=cron,
        time_zone=time_zone,
        description=description,
    )
    _print(made, as_json=as_json)


@schedules.command("run")
@click.argument("name")
@terminal.pass_house
def run(house: House, *, name: str) -> None:
    """Ask for it now, beside its times; print the id of the job."""
    click.echo(scheduled.run_export_schedule(house, name))


@schedules.command("pause")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def pause(house: House, *, name: str, as_json: bool) -> None:
    """Let it rest."""
    change = ScheduleChange(is_paused=True)
    changed = scheduled.change_export_schedule(house, name, change=change)
    _print(changed, as_json=as_json)


@schedules.command("resume")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def resume(house: House, *, name: str, as_json: bool) -> None:
    """Let it go on; what it missed is not made up for."""
    change = ScheduleChange(is_paused=False)
    changed = scheduled.change_export_schedule(house, name, change=change)
    _print(changed, as_json=as_json)


@schedules.command("remove")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def remove(house: House, *, name: str, as_json: bool) -> None:
    """Forget it; what it made stays."""
    _print(scheduled.remove_export_schedule(house, name), as_json=as_json)


def _read(file: Path) -> ExportRequest:
    try:
        return msgspec.json.decode(file.read_bytes(), type=ExportRequest)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise Invalid(f"{file}: {error}") from None


def _row(found: ExportSchedule) -> tuple[object, ...]:
    source = found.request.source
    return (
        found.name,
        f"{source.connection}: {source.table or 'a query'}",
        found.request.format or found.request.template or "xlsx",
        found.cron,
        found.time_zone,
        found.next_at and f"{found.next_at:%Y-%m-%d %H:%M}",
        found.created_by,
    )


def _print(found: ExportSchedule, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(found)
        return
    columns = ("name", "what", "format", "cron", "time zone", "next", "by")
    terminal.print_facts(dict(zip(columns, _row(found), strict=True)))
