"""`entrepot db health`."""

from __future__ import annotations

import click

from entrepot.base.house import House
from entrepot.operations.health.status import check_health
from entrepot.web import terminal

EXIT = {"healthy": 0, "unhealthy": 1, "degraded": 2}


@click.command("health")
@terminal.json_option
@terminal.pass_house
def health(house: House, *, as_json: bool) -> None:
    """Look at our own database now.

    Ends with 0 when it is healthy, 1 when it is unhealthy, 2 when it is degraded.
    """
    found = check_health(house, force=True)
    if as_json:
        terminal.print_json(found)
    else:
        click.echo(f"Status: {found.status}")
        click.echo(f"Database: {found.version or found.database_type}")
        click.echo(f"Message: {found.message}")
        if found.response_time_ms is not None:
            click.echo(f"Response time: {found.response_time_ms:g} ms")
        if found.integrity is not None:
            click.echo(f"File: {found.integrity}")
    click.get_current_context().exit(EXIT[found.status])
