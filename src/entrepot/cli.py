"""The `entrepot` command: one group for each room, loaded when called."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.base import errors
from entrepot.base.acting import Actor, become
from entrepot.rooms import ROOMS

if TYPE_CHECKING:
    from entrepot.base.house import House

HERE = Path(__file__).parent

EXIT: dict[type[errors.EntrepotError], int] = {
    errors.Broken: 1,
    errors.Invalid: 2,
    errors.Denied: 3,
    errors.Missing: 4,
    errors.Conflict: 5,
    errors.TooMuch: 6,
    errors.Refused: 7,
    errors.Unavailable: 8,
}

HOUSE = {
    "serve": ("entrepot.serving.cli:serve", "Serve the pages and the API."),
    "worker": ("entrepot.serving.cli:worker", "Do background jobs."),
    "config": (
        "entrepot.serving.config_cli:group",
        "Settings and where they came from.",
    ),
}
"""Commands of the house itself, by name: where the command is, and its summary."""


UPKEEP = ("db",)
"""Commands for a database that may be older, newer or not there at all."""


class Rooms(click.Group):
    """A group whose subcommands are the house's and those of rooms with a `cli`.

    The list comes from the plan and the folders; a room is imported when called.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*HOUSE, *_room_commands()]

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the summaries, without importing what they are of."""
        summaries = {name: summary for name, (_, summary) in HOUSE.items()}
        summaries |= {name: summary for name, (_, summary) in _room_commands().items()}
        with formatter.section("Commands"):
            names = self.list_commands(ctx)
            formatter.write_dl([(name, summaries[name]) for name in names])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        path, _ = {**_room_commands(), **HOUSE}[cmd_name]
        module, _, attribute = path.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def _room_commands() -> dict[str, tuple[str, str]]:
    """Return the commands of rooms with a `cli`, as `HOUSE` has its own.

    A room of several commands has a module for each in its `cli`.
    """
    found = {}
    for room in ROOMS:
        for name, summary in room.command_summaries:
            module = f"{room.name}.cli" + (f".{name}" if len(room.commands) > 1 else "")
            path = HERE.joinpath(*module.split("."))
            if path.is_dir() or path.with_suffix(".py").exists():
                found[name] = (f"entrepot.{module}:group", summary)
    return found


@click.group(cls=Rooms)
@click.version_option(package_name="entrepot", message="%(prog)s %(version)s")
@click.pass_context
def entrepot(ctx: click.Context) -> None:
    """Databases and feeds in; Excel, CSV, JSON and Parquet out."""
    is_upkeep = ctx.invoked_subcommand in UPKEEP
    ctx.obj = ctx.obj or (open_as_it_is if is_upkeep else open_house)


def open_house() -> House:
    """Build the house, whose database must be up to date; an empty one gets there.

    Raises:
        Invalid: A setting is wrong.
        Conflict: The database is older or newer than this program.
    """
    from entrepot.composition import configured
    from entrepot.migrations import ensure

    house = open_as_it_is()
    ensure(house)
    return configured(house)


def open_as_it_is() -> House:
    """Build the house, whatever its database is like.

    Raises:
        Invalid: A setting is wrong.
    """
    from entrepot.composition import build_house, hear, load_kinds

    house = build_house()
    load_kinds()
    hear(house)
    become(Actor(name=getpass.getuser(), kind="command"))
    return house


def report(error: errors.EntrepotError) -> int:
    """Say on stderr what went wrong and what helps; return the exit code."""
    click.echo(f"{error.title()}: {error.detail}", err=True)
    if error.hint:
        click.echo(error.hint, err=True)
    return errors.nearest(type(error), {**EXIT, errors.EntrepotError: 1})


@contextmanager
def reporting() -> Iterator[None]:
    """Turn one of our errors into lines on stderr and an exit code."""
    try:
        yield
    except errors.EntrepotError as error:
        sys.exit(report(error))


def main() -> None:
    """Run the command; one of our errors becomes a line and an exit code."""
    with reporting():
        entrepot()
