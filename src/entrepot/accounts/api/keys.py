"""API keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from flask import Response
from msgspec import Meta

from entrepot.accounts import keys
from entrepot.accounts.api.blueprint import bp
from entrepot.accounts.api.users import ListQuery, bounded, next_page, unkept
from entrepot.accounts.spec import Key, NewKey
from entrepot.base.errors import Conflict, Missing, NotThere
from entrepot.base.identity import Identity, Role, Via
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

PATH = "/api/keys"
WHO: tuple[Via, ...] = ("local", "token", "session")
"""Keys make no keys."""

Scope = Annotated[str, Meta(pattern=keys.SCOPE, examples=["exports:read"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """A key to make.

    Attributes:
        role: The most it may do; never more than its person.
        scopes: Rooms it may enter; all when left out.
        days: After how many it expires; never when null.
    """

    name: Annotated[str, Meta(pattern=keys.NAME, examples=["nightly-sync"])]
    role: Role = "viewer"
    scopes: Annotated[list[Scope], Meta(max_length=keys.MOST_SCOPES)] = field(
        default_factory=list
    )
    days: Annotated[int, Meta(ge=1, le=keys.LONGEST_DAYS)] | None = 90


@route(bp, "GET", PATH, Doc(query=ListQuery, data=list[Key], is_paged=True, via=WHO))
def list_keys(query: ListQuery) -> Page:
    """List API keys, revoked ones too; people see their own, admins all."""
    who = require("viewer", via=WHO)
    found = keys.list_keys(
        current_house(),
        user_id=None if who.role == "admin" else who.user_id,
        limit=query.limit + 1,
        after=query.after,
    )
    shown = found[: query.limit]
    more = len(found) > query.limit
    following = next_page(PATH, query.limit, shown[-1].id) if more else None
    return Page(shown, Cut(next=following, limit=query.limit))


@route(
    bp,
    "POST",
    PATH,
    Doc(body=KeyWish, data=NewKey, status=201, errors=(Conflict,), via=WHO),
)
def make_key(body: KeyWish) -> Response:
    """Make an API key of one's own.

    `secret` is the key, for `X-API-Key` or `Authorization: ApiKey …`. It is shown this
    once; only a hash of it is kept.
    """
    who = require("viewer", via=WHO)
    new = keys.make_key(
        current_house(),
        name=body.name,
        role=body.role,
        scopes=body.scopes,
        days=body.days,
        user_id=who.user_id,
    )
    return unkept(new, status=201)


@route(
    bp,
    "POST",
    f"{PATH}/<int:id>/replace",
    Doc(data=NewKey, status=201, errors=(Missing, Conflict), via=WHO),
)
def replace_key(id: int) -> Response:
    """Revoke a key and make another with the same name, rights and life."""
    get_seen(bounded(id), require("viewer", via=WHO))
    return unkept(keys.replace_key(current_house(), bounded(id)), status=201)


@route(bp, "DELETE", f"{PATH}/<int:id>", Doc(data=Key, errors=(Missing,), via=WHO))
def revoke_key(id: int) -> Key:
    """Revoke a key: it is refused from now on."""
    get_seen(bounded(id), require("viewer", via=WHO))
    return keys.revoke_key(current_house(), bounded(id))


def get_seen(id: int, who: Identity) -> Key:
    """Return a key that this person may see; others' are not there."""
    key = keys.get_key(current_house(), id)
    if who.role != "admin" and key.user != who.name:
        raise NotThere("key", str(id), [])
    return key
