"""`entrepot audit …`."""

from __future__ import annotations

import sys

import click

from entrepot.accounts import audit, audit_questions
from entrepot.accounts.audit_verify import verify as look
from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.web import terminal


@click.group("audit")
def group() -> None:
    """The record of who did what."""


@group.command("list")
@click.option("--actor", default="", help="Part of a name.")
@click.option("--event", default="", help="An event's name, such as ExportStarted.")
@click.option("--since", default="", help="Day or time, UTC.")
@click.option("--until", default="", help="Day or time, UTC.")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="At most so many.",
)
@terminal.json_option
@terminal.pass_house
def list_records(
    house: House,
    *,
    actor: str,
    event: str,
    since: str,
    until: str,
    limit: int,
    as_json: bool,
) -> None:
    """List who did what, newest first."""
    wanted = audit_questions.wanted(
        actor=actor, event=event, since=since, until=until, limit=limit
    )
    records = audit.list_records(house, wanted)
    if as_json:
        terminal.print_json(records)
        return
    terminal.print_table(
        ("id", "at", "actor", "kind", "event", "facts"),
        [
            (
                record.id,
                render_time(record.at, timespec="seconds"),
                record.actor_name,
                record.actor_kind,
                record.event,
                ", ".join(f"{name}={value}" for name, value in record.facts.items()),
            )
            for record in records
        ],
    )


@group.command("verify")
@terminal.json_option
@terminal.pass_house
def verify(house: House, *, as_json: bool) -> None:
    """Look at every record; name the first that was changed, removed or added.

    The exit code is 1 where the trail is broken.
    """
    verdict = look(house)
    if as_json:
        terminal.print_json(verdict)
    elif verdict.first_break is None:
        click.echo(
            f"The trail is whole: {verdict.records} records, {verdict.heads} heads."
        )
    else:
        found = verdict.first_break
        click.echo(f"The trail is broken at record {found.id}: {found.what}.", err=True)
    sys.exit(0 if verdict.is_whole else 1)
