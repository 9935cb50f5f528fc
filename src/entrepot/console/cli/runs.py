"""`entrepot query history`, `running` and `stop`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args

import click

from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.console import service
from entrepot.console.cli.command import group, operator
from entrepot.console.history import RunFilter
from entrepot.console.spec import RunSeen, State
from entrepot.web import terminal

HEADS = ("run", "state", "by", "connection", "began", "seconds", "rows", "statement")


@group.command("history")
@click.option("--q", default="", help="Stands in the statement, in any case.")
@click.option("--connection", "-c", default="", help="Ran there.")
@click.option(
    "--state", type=click.Choice(get_args(State)), multiple=True, help="Any of these."
)
@click.option("--by", help="Ran them; everybody, if not said.")
@click.option("--since", type=click.DateTime(), help="Began then or later, in UTC.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=50,
    show_default=True,
    help="At most so many.",
)
@terminal.json_option
@terminal.pass_house
def history(  # a command's options are what they are, each by its name
    house: House,
    *,
    q: str,
    connection: str,
    state: Sequence[State],
    by: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List statements that ran or run, the newest first."""
    wanted = RunFilter(
        by=by,
        q=q,
        connection=connection,
        states=tuple(state),
        since=since.replace(tzinfo=UTC) if since else None,
    )
    _show(service.list_runs(house, wanted, limit=limit).runs, as_json=as_json)


@group.command("running")
@terminal.json_option
@terminal.pass_house
def running(house: House, *, as_json: bool) -> None:
    """List the statements that run now, whoever's they are."""
    found = service.list_running(house, operator(), everybody=True)
    _show(found.runs, as_json=as_json)


@group.command("stop")
@click.argument("run")
@terminal.json_option
@terminal.pass_house
def stop(house: House, *, run: str, as_json: bool) -> None:
    """Stop a statement, whichever process runs it."""
    _show([service.stop_run(house, operator(), run)], as_json=as_json)


def _show(found: Sequence[RunSeen], *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table(HEADS, map(_row, found))


def _row(run: RunSeen) -> tuple[object, ...]:
    return (
        run.query_id,
        run.state,
        run.created_by,
        run.connection,
        render_time(run.started_at, timespec="seconds"),
        round(run.seconds, 3),
        run.rows_read,
        " ".join(run.sql.split())[:80],
    )
