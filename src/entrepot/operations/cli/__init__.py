"""`entrepot db …`: our own database, whatever state it is in."""

from __future__ import annotations

from collections.abc import Callable

import click

from entrepot.base.house import House
from entrepot.operations.cli import backups, migrations, tidying
from entrepot.operations.cli.create_admin import create_admin
from entrepot.operations.cli.health import health

NEED_A_SCHEMA = ("create-admin",)
"""Commands that use tables: for them an empty database gets its schema first."""


@click.group("db")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Our own database: migrate, back up, restore, look."""
    if ctx.invoked_subcommand in NEED_A_SCHEMA and not isinstance(ctx.obj, House):
        ctx.obj = _ready(ctx.obj)


def _ready(build: Callable[[], House]) -> Callable[[], House]:
    def open_ready() -> House:
        from entrepot.operations.migrations.start import ensure

        house = build()
        ensure(house)
        return house

    return open_ready


COMMANDS = (
    *migrations.COMMANDS,
    *backups.COMMANDS,
    *tidying.COMMANDS,
    create_admin,
    health,
)
for command in COMMANDS:
    group.add_command(command)
