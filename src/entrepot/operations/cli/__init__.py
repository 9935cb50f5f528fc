"""`entrepot db …`."""

import click

from entrepot.operations.cli.create_admin import create_admin


@click.group("db")
def group() -> None:
    """Our own database, and the first admin in it."""


group.add_command(create_admin)
