"""The commands of this room, a module for each subject."""

import click

from entrepot.operations.cli.create_admin import create_admin
from entrepot.operations.cli.health import health


@click.group("db")
def group() -> None:
    """Our own database: migrate, back up, restore, look."""


group.add_command(create_admin)
group.add_command(health)
