"""`entrepot jobs schedules …`: work that is wanted again and again."""

from __future__ import annotations

import json

import click

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs import schedules as service
from entrepot.jobs.asked import parse_parameters
from entrepot.jobs.cron import preview_times
from entrepot.jobs.schedules import ScheduleChange, ScheduleSeen, ScheduleWanted
from entrepot.web import terminal
from entrepot.web.words import ago, moment

PREVIEWED = 5


@click.group("schedules")
def group() -> None:
    """Work that is wanted again and again."""


@group.command("list")
@terminal.json_option
@terminal.pass_house
def list_all(house: House, *, as_json: bool) -> None:
    """List the schedules by name."""
    found = service.list_schedules(house)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("Name", "Times", "Zone", "Kind", "Next", "Last", "How it ended")
    rows = [
        (s.name, s.cron, s.time_zone, s.kind, _next(s), ago(s.last_at), s.last_state)
        for s in found
    ]
    terminal.print_table(columns, rows)


@group.command("show")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, name: str, as_json: bool) -> None:
    """Show one schedule, and when it is due next."""
    found = service.get_schedule(house, name)
    if as_json:
        terminal.print_json(found)
        return
    facts = {
        "Name": found.name,
        "What": found.description,
        "Kind": found.kind,
        "Asked": json.dumps(dict(found.parameters), ensure_ascii=False),
        "Times": f"{found.cron} ({found.time_zone})",
        "State": "paused" if found.is_paused else "on",
        "By": "the program" if found.is_shipped else found.by,
        "Last": f"{ago(found.last_at)} {found.last_state}".strip(),
    }
    terminal.print_facts(facts)
    if not found.is_paused:
        _print_times(found.cron, found.time_zone)


@group.command("times")
@click.argument("cron")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name.")
@click.option("--count", default=PREVIEWED, show_default=True, help="So many.")
def times(cron: str, time_zone: str, count: int) -> None:
    """Tell when CRON is due next: minute hour day month weekday."""
    _print_times(cron, time_zone, count)


@group.command("add")
@click.argument("name")
@click.argument("kind")
@click.argument("cron")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name.")
@click.option("--parameters", default="{}", help="What is asked of it, a JSON object.")
@click.option("--description", default="", help="What people should know of it.")
@click.option("--paused", is_flag=True, help="Let it rest at first.")
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    name: str,
    kind: str,
    cron: str,
    time_zone: str,
    parameters: str,
    description: str,
    paused: bool,
    as_json: bool,
) -> None:
    """Let a KIND of job be done at the times of CRON."""
    wanted = ScheduleWanted(
        name=name,
        kind=kind,
        cron=cron,
        time_zone=time_zone,
        parameters=parse_parameters(parameters),
        description=description,
        is_paused=paused,
    )
    _done(service.schedule_job(house, wanted), as_json=as_json)


@group.command("change")
@click.argument("name")
@click.option("--cron", help="Minute hour day month weekday.")
@click.option("--time-zone", help="IANA name.")
@click.option("--parameters", help="What is asked of it, a JSON object.")
@click.option("--description", help="What people should know of it.")
@terminal.json_option
@terminal.pass_house
def change(
    house: House,
    *,
    name: str,
    cron: str | None,
    time_zone: str | None,
    parameters: str | None,
    description: str | None,
    as_json: bool,
) -> None:
    """Give a schedule other times or other work."""
    wanted = ScheduleChange(
        cron=cron,
        time_zone=time_zone,
        parameters=None if parameters is None else parse_parameters(parameters),
        description=description,
    )
    _done(service.change_schedule(house, name, wanted), as_json=as_json)


@group.command("pause")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def pause(house: House, *, name: str, as_json: bool) -> None:
    """Let a schedule rest."""
    _done(service.pause_schedule(house, name), as_json=as_json)


@group.command("resume")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def resume(house: House, *, name: str, as_json: bool) -> None:
    """Let a schedule go on; what it missed is not made up for."""
    _done(service.wake_schedule(house, name), as_json=as_json)


@group.command("run")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def run_now(house: House, *, name: str, as_json: bool) -> None:
    """Make a schedule's job now, beside its times."""
    id = service.run_schedule(house, name)
    if as_json:
        terminal.print_json({"id": id})
    else:
        click.echo(f"Job {id}; `entrepot jobs watch {id}` shows how it gets on.")


@group.command("remove")
@click.argument("name")
@terminal.pass_house
def remove(house: House, *, name: str) -> None:
    """Forget a schedule; jobs that it made go on."""
    service.unschedule(house, name)
    click.echo(f"{name} is forgotten.")


def _print_times(cron: str, time_zone: str, count: int = PREVIEWED) -> None:
    for at in preview_times(cron, time_zone, after=now(), count=count):
        click.echo(f"Due {moment(at)}")


def _next(schedule: ScheduleSeen) -> str:
    return "paused" if schedule.next_at is None else moment(schedule.next_at)


def _done(schedule: ScheduleSeen, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(schedule)
    elif schedule.next_at is None:
        click.echo(f"{schedule.name} is paused.")
    else:
        click.echo(f"{schedule.name} is due {moment(schedule.next_at)}.")
