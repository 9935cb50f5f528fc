"""The group that this face's modules add to, and who acts in it."""

from __future__ import annotations

import getpass

import click

from entrepot.base.identity import Identity


@click.group("query")
def group() -> None:
    """Run SQL behind the read-only wall; saved queries."""


def operator() -> Identity:
    """Return the person at the terminal, who may do what an admin may."""
    return Identity(name=getpass.getuser(), role="admin")
