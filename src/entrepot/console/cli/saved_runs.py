"""`entrepot query saved run` and `export`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from entrepot.base.errors import InvalidValue
from entrepot.base.house import House
from entrepot.console import service
from entrepot.console.cli.command import operator
from entrepot.console.cli.run import parse_params, show_outcome
from entrepot.console.cli.saved import by_option, get_named, saved, seer
from entrepot.console.saved import using
from entrepot.console.spec import Scalar
from entrepot.exports import get_file
from entrepot.web import terminal

param_option = click.option(
    "--param", "params", multiple=True, help="NAME=VALUE; may be repeated."
)


@saved.command("run")
@click.argument("query")
@param_option
@click.option("--max-rows", type=click.IntRange(min=1), help="1000, if not said.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown table.")
@by_option
@terminal.json_option
@terminal.pass_house
def run(  # a command's options are what they are, each by its name
    house: House,
    *,
    query: str,
    params: Sequence[str],
    max_rows: int | None,
    timeout: float | None,
    as_markdown: bool,
    by: str,
    as_json: bool,
) -> None:
    """Run a saved query with values of its parameters' types, and print its rows."""
    wanted = using.wanted_run(
        get_named(house, seer(by), query),
        _named(params),
        max_rows=max_rows,
        seconds=timeout,
    )
    outcome = service.execute(house, operator(), wanted)
    show_outcome(outcome, as_json=as_json, as_markdown=as_markdown)


@saved.command("export")
@click.argument("query")
@param_option
@click.option("--format", default="", help="As `exports formats` lists; Excel, if not.")
@click.option("--template", default="", help="Shape the rows by this template.")
@click.option("--output", "-o", help="The file, or - for standard output.")
@click.option("--background", is_flag=True, help="Let a worker do it.")
@click.option("--deliver-to", multiple=True, help="A destination; a worker sends it.")
@by_option
@terminal.pass_house
def export(  # a command's options are what they are, each by its name
    house: House,
    *,
    query: str,
    params: Sequence[str],
    format: str,
    template: str,
    output: str | None,
    background: bool,
    deliver_to: Sequence[str],
    by: str,
) -> None:
    """Make a file of all rows of a saved query."""
    if background and output:
        raise click.UsageError("--background leaves the file in the house")
    request = using.export_request(
        house,
        get_named(house, seer(by), query),
        _named(params),
        format=format,
        template=template,
        deliver_to=list(deliver_to),
        wait=not background,
    )
    made = using.export_query(house, operator(), request)
    if made.status == "completed" and not background:
        finished = get_file(house, made.id)
        receipt = finished.receipt
        to = terminal.copy_out(finished.path, receipt.file_name, output)
        if to is not None:
            click.echo(f"{to}: {receipt.rows:,} rows (receipt {receipt.id})")
    else:
        click.echo(f"{made.id}: {made.status}; `entrepot exports status {made.id}`")


def _named(params: Sequence[str]) -> Mapping[str, Scalar]:
    found = parse_params(params)
    if isinstance(found, Mapping):
        return found
    if found:
        raise InvalidValue(
            f"--param is NAME=VALUE, not {found[0]!r}",
            hint="`entrepot query saved list` has the names",
        )
    return {}
