"""`entrepot query saved list`, `show`, `save` and `delete`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import click
import msgspec

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import render_time
from entrepot.console.cli.command import group, operator
from entrepot.console.cli.run import read_text
from entrepot.console.preparing import find_connection
from entrepot.console.saved import keeping, seeing, versions
from entrepot.console.saved.parameters import typed
from entrepot.console.saved.spec import (
    Parameter,
    QueryChange,
    QuerySeen,
    QueryWanted,
)
from entrepot.web import terminal

C = TypeVar("C", bound=Callable[..., object])
HEADS = ("id", "name", "connection", "by", "shared", "version", "parameters", "tags")


@group.group("saved")
def saved() -> None:
    """Saved queries: with parameters, tags, and every version of their text."""


def by_option(command: C) -> C:
    """Give a command `--by`: whose private queries are meant too."""
    return click.option(
        "--by", default="", help="Whose private queries are meant too; yours, if not."
    )(command)


def seer(by: str) -> Identity:
    """Return who looks at saved queries: the operator, as somebody if named."""
    who = operator()
    return replace(who, name=by) if by else who


def get_named(house: House, who: Identity, query: str) -> QuerySeen:
    """Return the saved query of a name, or else of an id.

    Raises:
        NotThere: There is none that one may see.
    """
    try:
        return seeing.find_query(house, who, query)
    except NotThere:
        if not (query.isascii() and query.isdigit() and len(query) < 10):
            raise
    return seeing.get_query(house, who, int(query))


@saved.command("list")
@click.option("--q", default="", help="Stands in name, description or SQL.")
@click.option("--tag", default="", help="Has this tag.")
@click.option("--connection", "-c", default="", help="Runs there.")
@by_option
@terminal.json_option
@terminal.pass_house
def list_saved(
    house: House, *, q: str, tag: str, connection: str, by: str, as_json: bool
) -> None:
    """List saved queries by name: the shared ones, and those of one person."""
    wanted = seeing.QueryFilter(q=q, tag=tag, connection=connection)
    _show(seeing.list_queries(house, seer(by), wanted, limit=seeing.ALL), as_json)


@saved.command("show")
@click.argument("query")
@click.option("--version", type=click.IntRange(min=1), help="The newest, if not said.")
@by_option
@terminal.json_option
@terminal.pass_house
def show(
    house: House, *, query: str, version: int | None, by: str, as_json: bool
) -> None:
    """Print the text of a saved query, by name or id."""
    who = seer(by)
    seen = get_named(house, who, query)
    if version is not None:
        said = versions.get_version(house, who, seen.id, version)
        seen = replace(seen, sql=said.sql, parameters=said.parameters, version=version)
    if as_json:
        terminal.print_json(seen)
    else:
        click.echo(seen.sql, nl=not seen.sql.endswith("\n"))


@saved.command("save")
@click.argument("name")
@click.argument("sql", default="-")
@click.option("--connection", "-c", help="Where; that of before, or the only one.")
@click.option("--description", help="What it answers.")
@click.option("--tag", "tags", multiple=True, help="May be repeated.")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    help="NAME:TYPE or NAME:TYPE=DEFAULT; as text, if not said.",
)
@click.option("--share/--private", default=None, help="Who sees and runs it.")
@click.option("--note", default="", help="What is new in this version.")
@by_option
@terminal.json_option
@terminal.pass_house
def save(  # a command's options are what they are, each by its name
    house: House,
    *,
    name: str,
    sql: str,
    connection: str | None,
    description: str | None,
    tags: Sequence[str],
    parameters: Sequence[str],
    share: bool | None,
    note: str,
    by: str,
    as_json: bool,
) -> None:
    """Save a query, or the next version of one; the SQL may be on standard input."""
    who, text = seer(by), read_text(sql)
    typed_ones = [parse_parameter(one) for one in parameters] or None
    change = QueryChange(
        sql=text,
        connection=connection,
        description=description,
        tags=list(tags) or None,
        parameters=typed_ones,
        is_shared=share,
        note=note,
    )
    known = _own(house, who, name)
    if known is not None:
        seen = keeping.change_query(house, who, known.id, change)
    else:
        change = replace(change, connection=find_connection(house, connection or ""))
        seen = keeping.save_query(house, who, _wanted(name, change))
    _show([seen], as_json)


@saved.command("delete")
@click.argument("query")
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
@terminal.pass_house
def delete(house: House, *, query: str, yes: bool, by: str) -> None:
    """Remove a saved query with its versions; its runs and schedules stay."""
    who = seer(by)
    seen = get_named(house, who, query)
    if not yes:
        click.confirm(f"Remove the saved query {seen.name}?", abort=True, err=True)
    keeping.remove_query(house, who, seen.id)


def parse_parameter(text: str) -> Parameter:
    """Return a parameter of `NAME:TYPE` or `NAME:TYPE=DEFAULT`.

    Raises:
        InvalidValue: It is not written so, or the default is not of the type.
    """
    head, equals, default = text.partition("=")
    name, _, kind = head.partition(":")
    try:
        said = {"name": name, "type": kind or "text"}
        found = msgspec.convert(said, Parameter)
    except msgspec.ValidationError as error:
        raise InvalidValue(
            f"--parameter {text!r}: {error}", hint="such as since:date=2026-01-01"
        ) from None
    return replace(found, default=typed(found, default)) if equals else found


def _own(house: House, who: Identity, name: str) -> QuerySeen | None:
    wanted = seeing.QueryFilter(q=name.strip(), whose="mine")
    found = seeing.list_queries(house, who, wanted, limit=seeing.ALL)
    return next((one for one in found if one.name == name.strip()), None)


def _wanted(name: str, change: QueryChange) -> QueryWanted:
    return QueryWanted(
        name=name,
        connection=change.connection or "",
        sql=change.sql or "",
        description=change.description or "",
        tags=change.tags or [],
        parameters=change.parameters,
        is_shared=bool(change.is_shared),
        note=change.note,
    )


def _show(found: Sequence[QuerySeen], as_json: bool) -> None:
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table((*HEADS, "changed"), map(_row, found))


def _row(seen: QuerySeen) -> tuple[object, ...]:
    return (
        seen.id,
        seen.name,
        seen.connection,
        seen.created_by,
        "yes" if seen.is_shared else "no",
        seen.version,
        " ".join(f"{one.name}:{one.type}" for one in seen.parameters),
        " ".join(seen.tags),
        render_time(seen.updated_at, timespec="seconds"),
    )
