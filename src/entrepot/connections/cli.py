"""`entrepot connections …`."""

from __future__ import annotations

import getpass
import sys

import click

from entrepot.base.house import House
from entrepot.connections import service
from entrepot.connections.addresses import parse_address
from entrepot.connections.parts import DIALECTS
from entrepot.connections.registry import Registered
from entrepot.connections.selftest import (
    FamilyReport,
    SelfTest,
    selftest_connection,
)
from entrepot.connections.spec import Greeting
from entrepot.web import terminal


@click.group("connections")
def group() -> None:
    """Databases people register, and rows out of them."""


@group.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--description", default="", help="What people should know of it.")
@click.option(
    "--allow-unsafe-role",
    is_flag=True,
    help="Enter even as a role that could do harm (a superuser).",
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)
@click.option("--no-test", is_flag=True, help="Keep it without connecting first.")
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    name: str,
    url: str,
    description: str,
    allow_unsafe_role: bool,
    password_stdin: bool,
    no_test: bool,
    as_json: bool,
) -> None:
    """Register the database at URL, or a file, as NAME.

    The password is asked for, or comes by --password-stdin; it is kept encrypted.
    `entrepot connections dialects` shows the URLs.
    """
    added = service.add_connection(
        house,
        name=name,
        url=url,
        password=_password(house, url, is_piped=password_stdin),
        description=description,
        allow_unsafe_role=allow_unsafe_role,
        test=not no_test,
        by=getpass.getuser(),
    )
    _show(added, as_json=as_json)


def _password(house: House, url: str, *, is_piped: bool) -> str | None:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    address = parse_address(url, house.settings)
    if address.password:
        click.echo(
            "Warning: others on this machine can see a password in a command; "
            "leave it out and it is asked for.",
            err=True,
        )
    elif address.wants_password and sys.stdin.isatty():
        text: str = click.prompt(
            "Password", hide_input=True, default="", show_default=False, err=True
        )
        return text
    return None


@group.command("list")
@terminal.json_option
@terminal.pass_house
def list_connections(house: House, *, as_json: bool) -> None:
    """List the registered databases by name."""
    found = service.list_connections(house)
    if as_json:
        terminal.print_json(found)
    elif found or not sys.stdout.isatty():
        columns = ("name", "dialect", "address", "origin", "description")
        terminal.print_table(
            columns,
            [(c.name, c.dialect, c.shown_url, c.origin, c.description) for c in found],
        )
    else:
        click.echo("No database is registered: entrepot connections add NAME URL")


@group.command("show")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, name: str, as_json: bool) -> None:
    """Show one registered database."""
    _show(service.get_connection(house, name), as_json=as_json)


@group.command("test")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def test(house: House, *, name: str, as_json: bool) -> None:
    """Connect to a registered database and print what it says of itself."""
    greeting = service.test_connection(house, name, by=getpass.getuser())
    if as_json:
        terminal.print_json(greeting)
    else:
        _print_greeting(greeting)


@group.command("selftest")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def selftest(house: House, *, name: str, as_json: bool) -> None:
    """Try hostile statements on a registered database; say what got through.

    They go through the wall that everybody's statements go through, and would do no
    harm if one got past it. The exit code is 1 where the wall does not hold.
    """
    by = getpass.getuser()
    found = selftest_connection(house, name, by=by, tell=_tell)
    if as_json:
        terminal.print_json(found)
    else:
        _print_selftest(found)
    if not found.is_sound:
        sys.exit(1)


@group.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.json_option
@terminal.pass_house
def remove(house: House, *, name: str, yes: bool, as_json: bool) -> None:
    """Forget a registered database, which itself stays as it is."""
    service.get_connection(house, name)
    if not yes:
        click.confirm(f"Forget the connection {name}?", abort=True, err=True)
    removed = service.remove_connection(house, name, by=getpass.getuser())
    if as_json:
        terminal.print_json(removed)
    else:
        click.echo(f"Removed {removed.name}.")


@group.command("dialects")
@terminal.json_option
def list_dialects(*, as_json: bool) -> None:
    """List the kinds of databases that can be registered, and their URLs."""
    columns = ("name", "summary", "example")
    rows = [(d.name, d.summary, d.example) for d in DIALECTS]
    if as_json:
        terminal.print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        terminal.print_table(columns, rows)


def _show(found: Registered, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(found)
        return
    facts = {
        "name": found.name,
        "dialect": found.dialect,
        "address": found.shown_url,
        "description": found.description,
        "unsafe role": "allowed" if found.allow_unsafe_role else "",
        "origin": found.origin,
        "created": found.created_at and f"{found.created_at:%Y-%m-%d %H:%M} UTC",
        "by": found.created_by,
    }
    terminal.print_facts({name: value for name, value in facts.items() if value})


def _tell(family: FamilyReport) -> None:
    state = "holds" if not family.failures else f"{len(family.failures)} FAILED"
    click.echo(f"{family.name}: {family.tried} tried, {state}", err=True)


def _print_selftest(found: SelfTest) -> None:
    terminal.print_table(
        ("family", "tried", "left out", "failed"),
        [(f.name, f.tried, f.left_out, len(f.failures)) for f in found.families],
    )
    for family in found.families:
        for failure in family.failures:
            click.echo(f"Failed: {failure.what}: {failure.sql!r}", err=True)
    for warning in found.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if not found.is_complete:
        click.echo("Warning: the time was over before all were tried", err=True)
    holds = "The wall holds" if found.is_sound else "The wall DOES NOT hold"
    click.echo(f"{holds}: {found.server}, {found.tried} statements tried")


def _print_greeting(greeting: Greeting) -> None:
    click.echo(f"{greeting.server}, {greeting.seconds * 1000:.0f} ms")
    for warning in greeting.warnings:
        click.echo(f"Warning: {warning}", err=True)
