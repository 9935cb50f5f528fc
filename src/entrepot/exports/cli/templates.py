"""`entrepot exports templates …`."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TextIO

import click

from entrepot.base.errors import Conflict
from entrepot.base.house import House
from entrepot.exports.template import changes, library
from entrepot.exports.template.errors import InvalidTemplate
from entrepot.exports.template.library import TemplateLine, VersionLine
from entrepot.exports.template.preview import PreviewSheet, preview_template
from entrepot.exports.template.reading import check_template, parse_template
from entrepot.exports.wanted import Source
from entrepot.web import terminal


@click.group("templates")
def templates() -> None:
    """What files hold, and how they look."""


@templates.command("list")
@terminal.json_option
@terminal.pass_house
def list_templates(house: House, *, as_json: bool) -> None:
    """List the templates: those that ship, and those that people made."""
    found = library.list_templates(house)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("name", "version", "format", "sheets", "columns", "by", "title")
    terminal.print_table(columns, map(_row, found))


def _row(line: TemplateLine) -> tuple[object, ...]:
    return (
        line.name,
        line.version,
        line.format,
        line.sheet_count,
        line.column_count,
        line.created_by,
        line.title,
    )


@templates.command("show")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, name: str, as_json: bool) -> None:
    """Show the text of NAME, or of NAME@VERSION."""
    kept = library.get_template(house, name)
    if as_json:
        terminal.print_json(kept)
    else:
        click.echo(kept.text, nl=not kept.text.endswith("\n"))


@templates.command("versions")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def versions(house: House, *, name: str, as_json: bool) -> None:
    """List the versions of NAME, newest first."""
    found = library.list_versions(house, name)
    if as_json:
        terminal.print_json(found)
        return
    terminal.print_table(("version", "made", "by", "note"), map(_version, found))


def _version(line: VersionLine) -> tuple[object, ...]:
    made = f"{line.created_at:%Y-%m-%dT%H:%M:%SZ}" if line.created_at else ""
    return (line.version, made, line.created_by, line.note)


@templates.command("diff")
@click.argument("name")
@click.argument("old", type=click.IntRange(min=1))
@click.argument("new", type=click.IntRange(min=1))
@terminal.pass_house
def diff(house: House, *, name: str, old: int, new: int) -> None:
    """Show what differs between two versions of NAME."""
    for line in library.compare_versions(house, name, old, new):
        click.echo(line)


@templates.command("validate")
@click.argument("file", type=click.File(encoding="utf-8"))
@terminal.json_option
def validate(*, file: TextIO, as_json: bool) -> None:
    """Say whether FILE (- for standard input) is a template; list every mistake."""
    mistakes = check_template(file.read()).mistakes
    if as_json:
        terminal.print_json(mistakes)
    for mistake in () if as_json else mistakes:
        place = f"{file.name}:{mistake.line}:{mistake.column}"
        click.echo(f"{place}: {mistake.message}")
    if mistakes:
        raise InvalidTemplate(mistakes)
    if not as_json:
        click.echo(f"{file.name}: a template without mistakes")


@templates.command("add")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--note", default="", help="What is new in it.")
@click.option("--update", is_flag=True, help="Make a new version if it is there.")
@terminal.pass_house
def add(house: House, *, file: TextIO, note: str, update: bool) -> None:
    """Keep FILE (- for standard input) under the name that its text says."""
    text, by = file.read(), getpass.getuser()
    name = parse_template(text).name
    known = {line.name for line in library.list_templates(house)}
    if update and name in known:
        kept = changes.change_template(house, name, text, by=by, note=note)
    else:
        kept = changes.create_template(house, text, by=by, note=note)
    click.echo(f"{kept.name}, version {kept.version}")


@templates.command("copy")
@click.argument("name")
@click.argument("to")
@terminal.pass_house
def copy(house: House, *, name: str, to: str) -> None:
    """Keep the text of NAME, or of NAME@VERSION, under the name TO."""
    kept = changes.copy_template(house, name, to, by=getpass.getuser())
    click.echo(f"{kept.name}, version {kept.version}: {kept.note}")


@templates.command("remove")
@click.argument("name")
@terminal.pass_house
def remove(house: House, *, name: str) -> None:
    """Remove NAME with all its versions; files made by it stay."""
    changes.delete_template(house, name, by=getpass.getuser())
    click.echo(f"{name} is removed")


@templates.command("export")
@click.argument("name")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Else NAME.toml or .json."
)
@terminal.pass_house
def export(house: House, *, name: str, output: Path | None) -> None:
    """Write the text of NAME, or of NAME@VERSION, to a file that is not there yet."""
    kept = library.get_template(house, name)
    path = output or Path(f"{kept.name}.{kept.syntax}")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(kept.text)
    except FileExistsError as error:
        raise Conflict(f"there is a file {path} already") from error
    click.echo(f"{path}: {kept.name}, version {kept.version}")


@templates.command("preview")
@click.argument("template")
@click.argument("connection", required=False)
@click.argument("table", required=False)
@click.option("--sql", default="", help="Preview this SELECT instead of a table.")
@click.option("--schema", default="", help="The table's schema, if there are several.")
@terminal.json_option
@terminal.pass_house
def preview(
    house: House,
    *,
    template: str,
    connection: str | None,
    table: str | None,
    sql: str,
    schema: str,
    as_json: bool,
) -> None:
    """Show the first 20 rows of a table or SELECT as TEMPLATE would write them.

    TEMPLATE is a name, or a file that ends in .toml or .json.
    """
    if Path(template).suffix in (".toml", ".json") and Path(template).is_file():
        document = parse_template(Path(template).read_text(encoding="utf-8"))
    else:
        document = library.get_template(house, template).document()
    source = None
    if connection:
        source = Source(
            connection=connection, table=table or "", schema=schema, query=sql
        )
    found = preview_template(house, document, source)
    if as_json:
        terminal.print_json(found)
        return
    for sheet in found.sheets:
        _print_sheet(sheet)
    for warning in found.warnings:
        click.echo(warning, err=True)


def _print_sheet(sheet: PreviewSheet) -> None:
    click.echo(sheet.name)
    terminal.print_table([column.name for column in sheet.columns], sheet.rows)
