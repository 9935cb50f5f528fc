"""`entrepot jobs …`: background work at the terminal."""

from __future__ import annotations

import click

from entrepot.jobs.cli import jobs, schedules


@click.group()
def group() -> None:
    """Background work: look, watch, cancel, try again, schedule."""


for _command in jobs.COMMANDS:
    group.add_command(_command)
group.add_command(schedules.group)
