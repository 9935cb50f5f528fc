"""`entrepot db create-admin`."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.accounts import check_rules, make_admin
from entrepot.base.house import House
from entrepot.web import terminal
from entrepot.web.asking import password_options, read_password


@click.command("create-admin")
@click.argument("email")
@click.argument("password", required=False)
@click.option("--first-name", help="First name.")
@click.option("--last-name", help="Last name.")
@password_options
@terminal.json_option
@terminal.pass_house
def create_admin(
    house: House,
    *,
    email: str,
    password: str | None,
    first_name: str | None,
    last_name: str | None,
    password_stdin: bool,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Make an admin, or make somebody with an account one.

    The password is asked for twice, or comes by --password-stdin or --password-file.
    PASSWORD in the command works as well, and warns: others can see it.
    """
    chosen = read_password(
        check=check_rules, given=password, is_piped=password_stdin, file=password_file
    )
    if chosen is None:
        raise click.UsageError("nobody can be asked here: use --password-stdin")
    person, is_new = make_admin(
        house,
        email=email,
        password=chosen,
        first_name=first_name,
        last_name=last_name,
    )
    if as_json:
        terminal.print_json(person)
    elif is_new:
        click.echo(f"Made the admin {person.email}.")
    else:
        click.echo(f"{person.email} is admin now, with this password.")
