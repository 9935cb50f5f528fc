"""The group that this face's modules add to, and who acts in it."""

from __future__ import annotations

import getpass

import click

from entrepot.base.identity import Identity


@click.group("catalogue")
def group() -> None:
    """Products, categories, images, icons."""


def operator() -> Identity:
    """Return the person at the terminal, who may do what an admin may."""
    return Identity(name=getpass.getuser(), role="admin")
