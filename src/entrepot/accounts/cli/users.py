"""`entrepot users …`."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.accounts import passwords, people
from entrepot.accounts.spec import NewPerson, Person
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Role
from entrepot.web import terminal
from entrepot.web.asking import password_options, read_password

COLUMNS = ("email", "name", "role", "active", "last sign-in")


@click.group("users")
def group() -> None:
    """People and their roles."""


@group.command("list")
@terminal.json_option
@terminal.pass_house
def list_users(house: House, *, as_json: bool) -> None:
    """List people in the order they were added."""
    found = people.list_users(house)
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table(COLUMNS, [_row(person) for person in found])


@group.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="viewer", help="The role.")
@click.option("--first-name", help="First name.")
@click.option("--last-name", help="Last name.")
@password_options
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    email: str,
    role: Role,
    first_name: str | None,
    last_name: str | None,
    password_stdin: bool,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Add somebody; without a password one is made and shown this once."""
    password = None
    if password_stdin or password_file:
        password = read_password(
            check=passwords.check_rules, is_piped=password_stdin, file=password_file
        )
    new = people.add_user(
        house,
        email=email,
        password=password,
        role=role,
        first_name=first_name,
        last_name=last_name,
    )
    _show_new(new, as_json=as_json)


@group.command("change")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), help="The new role.")
@click.option("--active/--not-active", default=None, help="May they sign in?")
@click.option("--first-name", help="First name; empty removes it.")
@click.option("--last-name", help="Last name; empty removes it.")
@terminal.json_option
@terminal.pass_house
def change(
    house: House,
    *,
    email: str,
    role: Role | None,
    active: bool | None,
    first_name: str | None,
    last_name: str | None,
    as_json: bool,
) -> None:
    """Change somebody's role, names, or whether they may sign in."""
    person = people.change_user(
        house,
        people.get_user_by_email(house, email).id,
        role=role,
        is_active=active,
        first_name=first_name,
        last_name=last_name,
    )
    _show(person, as_json=as_json)


@group.command("set-password")
@click.argument("email")
@password_options
@terminal.json_option
@terminal.pass_house
def set_password(
    house: House,
    *,
    email: str,
    password_stdin: bool,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Give somebody another password, which is asked for; they are signed out.

    Where nobody can be asked one is made, and shown this once.
    """
    person = people.get_user_by_email(house, email)
    password = read_password(
        check=passwords.check_rules, is_piped=password_stdin, file=password_file
    )
    new = people.set_password(house, person.id, password)
    _show_new(new, as_json=as_json)


@group.command("remove")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.json_option
@terminal.pass_house
def remove(house: House, *, email: str, yes: bool, as_json: bool) -> None:
    """Remove somebody, with their sign-ins and keys."""
    person = people.get_user_by_email(house, email)
    if not yes:
        click.confirm(f"Remove {person.email}?", abort=True, err=True)
    removed = people.remove_user(house, person.id)
    if as_json:
        terminal.print_json(removed)
    else:
        click.echo(f"Removed {removed.email}.")


def _show_new(new: NewPerson, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(new)
        return
    _show(new.user, as_json=False)
    if new.first_password:
        click.echo("First password, shown this once, good for 7 days:", err=True)
        click.echo(new.first_password)


def _show(person: Person, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(person)
    else:
        terminal.print_facts(dict(zip(COLUMNS, _row(person), strict=True)))


def _row(person: Person) -> tuple[object, ...]:
    seen = person.last_login and f"{person.last_login:%Y-%m-%d %H:%M} UTC"
    active = "yes" if person.is_active else "no"
    return person.email, person.full_name, person.role, active, seen or "never"
