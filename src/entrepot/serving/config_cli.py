"""`entrepot config`: settings and where they came from."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.house import House
from entrepot.base.kept_layer import refuse_unkept, setting_of
from entrepot.base.layers import Reading, read
from entrepot.base.settings import AnySetting
from entrepot.cli import report
from entrepot.composition import checks, declared_settings
from entrepot.serving.kept import look_up
from entrepot.web import terminal


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
    reading = _read()
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
    for skipped in reading.settings.skipped:
        click.echo(f"Warning: {skipped.key}: {skipped.reason}; it is skipped", err=True)
    if reading.problems:
        sys.exit(max(report(problem) for problem in reading.problems))


@group.command("set")
@click.argument("name")
@click.argument("value", required=False)
@click.option("--type", "data_type", help="Of something new: integer, json, …")
@click.option("--stdin", is_flag=True, help="Read the value from standard input.")
@terminal.json_option
@terminal.pass_house
def set_value(
    house: House,
    *,
    name: str,
    value: str | None,
    data_type: str | None,
    stdin: bool,
    as_json: bool,
) -> None:
    """Keep a value in our own database.

    NAME is a setting, or a key such as sync.batch_size.  A setting holds from the next
    start on, where no file and no variable says otherwise.  The value of a secret is
    asked for, or comes by --stdin.
    """
    from entrepot.operations import Change, set_configuration
    from entrepot.operations.configurations.values import DATA_TYPES

    if data_type is not None and data_type not in DATA_TYPES:
        raise UnknownName("type", data_type, DATA_TYPES)
    setting = setting_of(house.settings, name)
    if setting is not None:
        refuse_unkept(setting)
    text = _value(house, name, value, is_piped=stdin)
    change = Change(value=text, data_type=data_type)  # type: ignore[arg-type]  # one of DATA_TYPES
    done = set_configuration(house, name, change)
    if as_json:
        terminal.print_json(done)
    else:
        click.echo(f"{done.key} is kept; it holds {done.takes_effect}.")


@group.command("unset")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def unset_value(house: House, *, name: str, as_json: bool) -> None:
    """Remove a value from our own database.

    A setting has its default again at the next start.
    """
    from entrepot.operations import remove_configuration

    done = remove_configuration(house, name)
    if as_json:
        terminal.print_json(done)
    else:
        click.echo(f"{done.key} is removed; that holds {done.takes_effect}.")


def _read() -> Reading:
    """Read every layer, also the one in our own database where that can be read."""
    reading = read(declared_settings(), os.environ, Path.cwd())
    if reading.problems:
        return reading
    try:
        settings = reading.settings.with_checks(checks())
    except Invalid as error:
        return Reading(reading.settings, (error,))
    return Reading(look_up(settings), ())


def _value(house: House, name: str, value: str | None, *, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    is_secret = _is_secret(house, name)
    if value is not None and is_secret:
        raise Invalid(
            f"others on this machine could see the value of {name} in the command",
            hint="leave it out and it is asked for, or pipe it in with --stdin",
        )
    if value is None:
        if is_secret and not sys.stdin.isatty():
            raise click.UsageError("nobody can be asked here: use --stdin")
        asked: str = click.prompt("Value", hide_input=is_secret, err=True)
        return asked
    return value


def _is_secret(house: House, name: str) -> bool:
    from entrepot.operations import list_configurations

    setting = setting_of(house.settings, name)
    rows = list_configurations(house)
    is_sealed = any(row.key == name and row.is_encrypted for row in rows)
    return is_sealed or (setting is not None and setting.secret)


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
