"""Who asks, as every face knows them, and the roles people have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["viewer", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Lowest first; each may do what the ones before it may."""

Via = Literal["local", "token", "session", "key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks, and the most they may do.

    Attributes:
        name: A person's e-mail address, or a key's name.
        via: How they showed it: `local` is the person at this machine.
        user_id: Of the account; None for the local person.
        full_name: As people call them, where they said so.
        sign_in: Names the sign-in that a token or a page session belongs to.
        scopes: What a key may enter, such as `exports` or `dataproducts:read`;
            everything when empty.
    """

    name: str
    role: Role
    via: Via = "local"
    user_id: int | None = None
    full_name: str = ""
    sign_in: str = ""
    scopes: tuple[str, ...] = ()

    def may_enter(self, room: str, *, is_write: bool) -> bool:
        """Tell whether the scopes let in to a room, to read or to write there."""
        wanted = {room, f"{room}:{'write' if is_write else 'read'}"}
        return not self.scopes or not wanted.isdisjoint(self.scopes)


def lower(one: Role, other: Role) -> Role:
    """Return the role that may do less."""
    return ROLES[min(ROLES.index(one), ROLES.index(other))]
