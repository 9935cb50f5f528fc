"""What the commands of every room share: the house, `--json`, tables of text."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Concatenate, ParamSpec, TypeVar

import click
import msgspec

from entrepot.base.house import House

P = ParamSpec("P")
R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""The option `--json`, which arrives as `as_json`."""

_CONTROLS = {code: "�" for code in (*range(32), 127, *range(128, 160))}


def pass_house(command: Callable[Concatenate[House, P], R]) -> Callable[P, R]:
    """Give a command the house as its first argument; it is closed at the end.

    The command's `ctx.obj` is a function that builds the house, so that `--help` and
    a wrong option need none; a test hands in its own.
    """

    @functools.wraps(command)
    def call(*args: P.args, **values: P.kwargs) -> R:
        ctx = click.get_current_context()
        if isinstance(ctx.obj, House):
            return command(ctx.obj, *args, **values)
        house: House = ctx.obj()
        ctx.call_on_close(house.close)
        return command(house, *args, **values)

    return call


def print_json(value: object) -> None:
    """Print a value (dataclasses too) as indented JSON."""
    text = msgspec.json.encode(value, enc_hook=str)
    click.echo(msgspec.json.format(text, indent=2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below a header: drawn for a person, tab-separated for a pipe."""
    lines = [[_plain(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [list(columns), *lines]:
            click.echo("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for line in lines:
        table.add_row(*(Text(text) for text in line))
    Console().print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values, one a line, the values below each other."""
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        click.echo(f"{name:{width}}  {_plain(value)}")


def _plain(value: object) -> str:
    """Return one line without control characters: a name may hold a terminal's."""
    return ("" if value is None else str(value)).translate(_CONTROLS)
