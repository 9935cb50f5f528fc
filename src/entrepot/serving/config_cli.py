"""`entrepot config`: settings and where they came from."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from entrepot.base.errors import UnknownName
from entrepot.base.layers import Reading, read
from entrepot.base.settings import AnySetting
from entrepot.cli import report
from entrepot.composition import declared_settings


@click.group()
def group() -> None:
    """Settings and where they came from."""


@group.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(name: str | None, as_json: bool) -> None:
    """Show every setting, its value, and the layer it came from.

    NAME shows one setting with its help.  What is wrong comes on stderr, and makes
    the exit code 2.
    """
    reading = read(declared_settings(), os.environ, Path.cwd())
    chosen = _chosen(reading.settings.declared, name)
    if as_json:
        told = [_described(setting, reading) for setting in chosen]
        click.echo(json.dumps(told if name is None else told[0], indent=2))
    elif name is None:
        _print_table(chosen, reading)
    else:
        _print_one(chosen[0], reading)
    for warning in reading.settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if reading.problems:
        sys.exit(max(report(problem) for problem in reading.problems))


def _chosen(
    declared: tuple[AnySetting, ...], name: str | None
) -> tuple[AnySetting, ...]:
    if name is None:
        return tuple(sorted(declared, key=lambda setting: setting.variable))
    for setting in declared:
        if name.lower() in (setting.name, *(v.lower() for v in setting.variables)):
            return (setting,)
    raise UnknownName("setting", name, [v for s in declared for v in s.variables])


def _described(setting: AnySetting, reading: Reading) -> dict[str, object]:
    settings = reading.settings
    return {
        "name": setting.variable,
        "value": settings.shown(setting),
        "from": settings.layer(setting),
        "default": setting.show(setting.default),
        "help": setting.help,
        "aliases": list(setting.aliases),
        "key": setting.name,
    }


def _print_table(chosen: tuple[AnySetting, ...], reading: Reading) -> None:
    settings = reading.settings
    rows = [(s.variable, settings.shown(s), settings.layer(s)) for s in chosen]
    rows.insert(0, ("SETTING", "VALUE", "FROM"))
    name_width, value_width = (max(len(r[n]) for r in rows) for n in (0, 1))
    for variable, value, layer in rows:
        click.echo(f"{variable:<{name_width}}  {value:<{value_width}}  {layer}")


def _print_one(setting: AnySetting, reading: Reading) -> None:
    for what, text in _described(setting, reading).items():
        shown = ", ".join(text) if isinstance(text, list) else text
        click.echo(f"{what:<8} {shown}")
