"""`entrepot errors …`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import click

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.groups import service
from entrepot.watch.groups.report import render_report
from entrepot.watch.groups.spec import (
    ORDERS,
    STATES,
    ErrorPage,
    Order,
    State,
    Touched,
    Wish,
)
from entrepot.web import terminal
from entrepot.web.words import ago, moment


@click.group("errors")
def group() -> None:
    """Errors by their causes: look, resolve, ignore, mute."""


@group.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="Only so; open ones where none is named.",
)
@click.option("--all", "is_all", is_flag=True, help="Of every state.")
@click.option("-q", "--words", "q", default="", help="With these words.")
@click.option("--logger", default="", help="Of this logger, or one below it.")
@click.option("--release", default="", help="Seen in this version.")
@click.option(
    "--hours",
    default=24,
    show_default=True,
    type=click.IntRange(1, 24 * 90),
    help="Of how many hours errors are counted.",
)
@click.option(
    "--order",
    default="last",
    show_default=True,
    type=click.Choice(ORDERS),
    help="What stands first: the last seen, the first seen, or the most.",
)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="At most so many.",
)
@click.option("--after", default="", help="`next` of the page before.")
@terminal.json_option
@terminal.pass_house
def list_some(
    house: House,
    /,
    *,
    states: tuple[State, ...],
    is_all: bool,
    q: str,
    logger: str,
    release: str,
    hours: int,
    order: Order,
    limit: int,
    after: str,
    as_json: bool,
) -> None:
    """List errors by their causes."""
    wish = Wish(
        states=() if is_all else states or ("open",),
        q=q,
        logger=logger,
        release=release,
        hours=hours,
        order=order,
    )
    found = service.list_groups(house, wish, limit=limit, after=after)
    if as_json:
        terminal.print_json(found)
    else:
        _show_list(found, hours)


@group.command("show")
@click.argument("id")
@click.option("--markdown", "is_markdown", is_flag=True, help="As a report to paste.")
@terminal.json_option
@terminal.pass_house
def show(house: House, /, *, id: str, is_markdown: bool, as_json: bool) -> None:
    """Show the error of an ID, with its stack trace and its last occurrences."""
    found = service.read_group(house, id)
    if as_json:
        terminal.print_json(found)
        return
    if is_markdown:
        click.echo(render_report(found), nl=False)
        return
    one = found.group
    terminal.print_facts(
        {
            "Error": one.title,
            "Type": one.error_type,
            "Logger": one.logger,
            "State": one.state,
            "Times": f"{one.count:,}, {one.recent:,} of them in 24 h",
            "People": f"{one.people:,}",
            "First seen": f"{moment(one.first_seen_at)} in {one.first_release}",
            "Last seen": f"{moment(one.last_seen_at)} in {one.last_release}",
            "Came back": one.reopened_at
            and f"{moment(one.reopened_at)} in {one.reopened_release}",
            "Routes": _names(found.routes),
            "Request": one.request_id,
            "Trace": one.trace_id,
            "Line": one.line_id,
        }
    )
    for line in found.stack_trace.splitlines() or found.frames:
        click.echo(f"  {terminal.plain(line)}")


@group.command("resolve")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@terminal.json_option
@terminal.pass_house
def resolve(house: House, /, *, ids: tuple[str, ...], as_json: bool) -> None:
    """Say that causes are mended; what comes again opens its error anew."""
    _mark(house, ids, service.resolve, "resolved", as_json=as_json)


@group.command("ignore")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@terminal.json_option
@terminal.pass_house
def ignore(house: House, /, *, ids: tuple[str, ...], as_json: bool) -> None:
    """Say that causes are nobody's concern; they are counted on."""
    _mark(house, ids, service.ignore, "ignored", as_json=as_json)


@group.command("reopen")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@terminal.json_option
@terminal.pass_house
def reopen(house: House, /, *, ids: tuple[str, ...], as_json: bool) -> None:
    """Say that causes want to be looked at again."""
    _mark(house, ids, service.reopen, "open", as_json=as_json)


@group.command("mute")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--hours", type=click.IntRange(1, 24 * 366), help="For so long.")
@click.option(
    "--more", type=click.IntRange(1, 1_000_000), help="Until so many more came."
)
@terminal.json_option
@terminal.pass_house
def mute(
    house: House,
    /,
    *,
    ids: tuple[str, ...],
    hours: int | None,
    more: int | None,
    as_json: bool,
) -> None:
    """Let causes wait; give --hours, --more, or both."""
    until = None if hours is None else now() + timedelta(hours=hours)

    def do(house: House, id: str) -> None:
        service.mute(house, id, until=until, more=more)

    _mark(house, ids, do, "muted", as_json=as_json)


def _show_list(found: ErrorPage, hours: int) -> None:
    rows = [
        (
            one.id,
            "came back" if one.is_back else one.state,
            f"{one.count:,}",
            f"{one.recent:,}",
            ago(one.last_seen_at),
            one.title,
        )
        for one in found.groups
    ]
    columns = ("Id", "State", "Times", f"In {hours} h", "Last", "Error")
    terminal.print_table(columns, rows)
    if found.next:
        click.echo(f"More: --after {found.next}", err=True)


def _mark(
    house: House,
    ids: tuple[str, ...],
    do: Callable[[House, str], None],
    state: State,
    *,
    as_json: bool,
) -> None:
    for id in ids:
        do(house, id)
    if as_json:
        terminal.print_json([{"id": id, "state": state} for id in ids])
    else:
        click.echo(f"{', '.join(ids)}: {state}")


def _names(touched: list[Touched]) -> str:
    return ", ".join(f"{one.name} ({one.count:,})" for one in touched)
