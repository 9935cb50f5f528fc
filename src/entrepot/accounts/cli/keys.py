"""`entrepot keys …`."""

from __future__ import annotations

import click

from entrepot.accounts import keys, people
from entrepot.accounts.spec import Key, NewKey
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Role
from entrepot.web import terminal

COLUMNS = ("name", "begins", "role", "scopes", "person", "expires", "last used")


@click.group("keys")
def group() -> None:
    """API keys."""


@group.command("list")
@click.option("--all", "with_revoked", is_flag=True, help="Revoked ones too.")
@terminal.json_option
@terminal.pass_house
def list_keys(house: House, *, with_revoked: bool, as_json: bool) -> None:
    """List the API keys, without the keys themselves."""
    found = keys.list_keys(house, only_active=not with_revoked)
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table(COLUMNS, [_row(key) for key in found])


@group.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", help="At the most.")
@click.option("--scope", multiple=True, help="A room, room:read or room:write.")
@click.option("--days", type=click.IntRange(1, keys.LONGEST_DAYS), help="Its life.")
@click.option("--user", "email", help="The person it belongs to; nobody if left out.")
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    name: str,
    role: Role,
    scope: tuple[str, ...],
    days: int | None,
    email: str | None,
    as_json: bool,
) -> None:
    """Make an API key; it is shown this once.

    Programs send it as X-API-Key.
    """
    user_id = people.get_user_by_email(house, email).id if email else None
    new = keys.make_key(
        house, name=name, role=role, scopes=scope, days=days, user_id=user_id
    )
    _show_new(new, as_json=as_json)


@group.command("revoke")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def revoke(house: House, *, name: str, as_json: bool) -> None:
    """Revoke a key: it is refused from now on."""
    revoked = keys.revoke_key(house, keys.get_key_by_name(house, name).id)
    if as_json:
        terminal.print_json(revoked)
    else:
        click.echo(f"Revoked {revoked.name} ({revoked.prefix}…).")


@group.command("replace")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def replace(house: House, *, name: str, as_json: bool) -> None:
    """Revoke a key and make another of the same name and rights."""
    new = keys.replace_key(house, keys.get_key_by_name(house, name).id)
    _show_new(new, as_json=as_json)


def _show_new(new: NewKey, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(new)
        return
    click.echo(f"The key {new.key.name}, shown this once:", err=True)
    click.echo(new.secret)


def _row(key: Key) -> tuple[object, ...]:
    expires = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
    used = f"{key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never"
    state = "revoked" if key.revoked_at else expires
    scopes = " ".join(key.scopes) or "everything"
    return key.name, f"{key.prefix}…", key.role, scopes, key.user, state, used
