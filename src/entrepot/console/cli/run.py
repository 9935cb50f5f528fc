"""`entrepot query run`, `explain` and `format`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import click

from entrepot.base.house import House
from entrepot.base.json_values import json_column
from entrepot.connections import Plan, PlanStep, get_connection
from entrepot.console import service
from entrepot.console.answers import rows_json
from entrepot.console.cli.command import group, operator
from entrepot.console.copies import markdown
from entrepot.console.formatting import format_sql
from entrepot.console.plans import explain
from entrepot.console.preparing import find_connection
from entrepot.console.running import Outcome
from entrepot.console.spec import Params, Wanted
from entrepot.web import terminal

C = TypeVar("C", bound=Callable[..., object])


def statement_options(command: C) -> C:
    """Give a command a statement, where it runs, and its values."""
    command = click.argument("sql", default="-")(command)
    command = click.option(
        "--connection", "-c", default="", help="Where; the only one, if not said."
    )(command)
    command = click.option(
        "--param",
        "params",
        multiple=True,
        help="NAME=VALUE for a place like :name, or VALUE for the next ?.",
    )(command)
    return click.option(
        "--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds."
    )(command)


@group.command("run")
@statement_options
@click.option("--max-rows", type=click.IntRange(min=1), help="1000, if not said.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown table.")
@terminal.json_option
@terminal.pass_house
def run(  # a command's options are what they are, each by its name
    house: House,
    *,
    sql: str,
    connection: str,
    params: Sequence[str],
    timeout: float | None,
    max_rows: int | None,
    as_markdown: bool,
    as_json: bool,
) -> None:
    """Run one statement, or what stands on standard input, and print its rows."""
    wanted = Wanted(
        sql=read_text(sql),
        connection=connection,
        params=parse_params(params),
        max_rows=max_rows,
        seconds=timeout,
    )
    outcome = service.execute(house, operator(), wanted)
    show_outcome(outcome, as_json=as_json, as_markdown=as_markdown)


@group.command("explain")
@statement_options
@click.option("--run", "runs", is_flag=True, help="Run it, to tell more.")
@terminal.json_option
@terminal.pass_house
def explain_statement(
    house: House,
    *,
    sql: str,
    connection: str,
    params: Sequence[str],
    timeout: float | None,
    runs: bool,
    as_json: bool,
) -> None:
    """Show how the database would run a statement."""
    wanted = Wanted(
        sql=read_text(sql),
        connection=connection,
        params=parse_params(params),
        seconds=timeout,
    )
    plan = explain(house, operator(), wanted, run=runs)
    if as_json:
        terminal.print_json(plan)
    else:
        _show_plan(plan)


@group.command("format")
@click.argument("sql", default="-")
@click.option("--connection", "-c", default="", help="Its dialect is meant.")
@terminal.pass_house
def format_statement(house: House, *, sql: str, connection: str) -> None:
    """Lay a statement out; only blanks and the case of keywords change."""
    name = find_connection(house, connection)
    click.echo(format_sql(read_text(sql), get_connection(house, name).dialect))


def show_outcome(outcome: Outcome, *, as_json: bool, as_markdown: bool) -> None:
    """Print the rows of a run, and on standard error what is to be known of them."""
    names = [head.name for head in outcome.heads]
    if as_json:
        click.echo(rows_json(outcome.batches, names, "objects"))
    elif as_markdown:
        text = markdown(names, _rows(outcome))
        click.echo("\n".join(map(terminal.plain, text[:-1].split("\n"))))
    else:
        terminal.print_table(names, _rows(outcome))
    if outcome.is_truncated:
        click.echo(f"There are more rows than these {outcome.rows:,}.", err=True)
    for warning in outcome.warnings:
        click.echo(warning, err=True)


def parse_params(texts: Sequence[str]) -> Params:
    """Return values as they were typed: by name if the first has one, else in order."""
    if not texts or "=" not in texts[0]:
        return list(texts)
    pairs = [text.partition("=") for text in texts]
    return {name: value for name, _, value in pairs}


def read_text(sql: str) -> str:
    """Return a statement; `-` is what stands on standard input."""
    return sys.stdin.read() if sql == "-" else sql


def _rows(outcome: Outcome) -> Iterable[Sequence[object]]:
    for batch in outcome.batches:
        yield from zip(*map(json_column, batch.columns), strict=True)


def _show_plan(plan: Plan) -> None:
    def lines(steps: Iterable[PlanStep], depth: int) -> Iterable[Sequence[object]]:
        for step in steps:
            what = "  " * depth + step.what
            yield what, step.detail, step.rows, step.cost, step.seconds
            yield from lines(step.children, depth + 1)

    heads = ("step", "detail", "rows", "cost", "seconds")
    terminal.print_table(heads, lines(plan.steps, 0))
