"""`entrepot exports …`."""

from __future__ import annotations

from entrepot.exports.cli import objects
from entrepot.exports.cli.exports import group
from entrepot.exports.cli.schedules import schedules
from entrepot.exports.cli.templates import templates

__all__ = ["group", "objects"]

group.add_command(schedules)
group.add_command(templates)
