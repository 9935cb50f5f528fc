"""People and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta

from entrepot.accounts import people
from entrepot.accounts.api.auth import Email, Name, Password
from entrepot.accounts.api.blueprint import bp
from entrepot.accounts.spec import NewPerson, Person
from entrepot.base.errors import Conflict, Missing
from entrepot.base.identity import Role
from entrepot.web.reply import Cut, Page, render
from entrepot.web.routes import Doc, current_house, route

PATH = "/api/users"
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which part of a list; `after` is the id after which it begins."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: Annotated[int, Meta(ge=0, le=LARGEST_ID)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody to add.

    Attributes:
        password: Made when left out, and told once in the answer.
    """

    email: Email
    role: Role = "viewer"
    first_name: Name | None = None
    last_name: Name | None = None
    password: Password | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """What to change; what is left out stays, an empty name is removed."""

    role: Role | None = None
    is_active: bool | None = None
    first_name: Name | None = None
    last_name: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChange:
    """A person's new password; one is made when it is left out."""

    password: Password | None = field(default=None, repr=False)


@route(
    bp,
    "GET",
    PATH,
    Doc(role="admin", query=ListQuery, data=list[Person], is_paged=True),
)
def list_users(query: ListQuery) -> Page:
    """List people, in the order they were added."""
    found = people.list_users(current_house(), limit=query.limit + 1, after=query.after)
    shown = found[: query.limit]
    more = len(found) > query.limit
    following = next_page(PATH, query.limit, shown[-1].id) if more else None
    return Page(shown, Cut(next=following, limit=query.limit))


def next_page(path: str, limit: int, after: int) -> str:
    """Return the address of the page behind an id."""
    return f"{path}?{urlencode({'limit': limit, 'after': after})}"


@route(
    bp,
    "POST",
    PATH,
    Doc(role="admin", body=NewUser, data=NewPerson, status=201, errors=(Conflict,)),
)
def add_user(body: NewUser) -> Response:
    """Add somebody.

    Without a password one is made: `first_password` shows it this once, and it works
    for seven days.
    """
    new = people.add_user(
        current_house(),
        email=body.email,
        password=body.password,
        role=body.role,
        first_name=body.first_name,
        last_name=body.last_name,
    )
    return unkept(new, status=201)


def unkept(value: object, *, status: int = 200) -> Response:
    """Answer with something that is shown once: nobody between us keeps it."""
    answer = render(value, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@route(bp, "GET", f"{PATH}/<int:id>", Doc(role="admin", data=Person))
def get_user(id: int) -> Person:
    """Show one person."""
    return people.get_user(current_house(), bounded(id))


def bounded(id: int) -> int:
    """Return an id that our database can look for; larger ones are nobody's."""
    return min(id, LARGEST_ID)


@route(
    bp,
    "PATCH",
    f"{PATH}/<int:id>",
    Doc(role="admin", body=UserChange, data=Person, errors=(Conflict,)),
)
def change_user(id: int, body: UserChange) -> Person:
    """Change somebody's role, names, or whether they are active.

    Another role ends their access tokens; who is not active is signed out everywhere.
    The last active admin stays one.
    """
    return people.change_user(
        current_house(),
        bounded(id),
        role=body.role,
        is_active=body.is_active,
        first_name=body.first_name,
        last_name=body.last_name,
    )


@route(
    bp,
    "POST",
    f"{PATH}/<int:id>/password",
    Doc(role="admin", body=PasswordChange, data=NewPerson, errors=(Missing,)),
)
def set_password(id: int, body: PasswordChange) -> Response:
    """Give somebody a new password, which they change at their next sign-in.

    They are signed out everywhere. Without a password one is made and told once.
    """
    house = current_house()
    return unkept(people.set_password(house, bounded(id), body.password, is_first=True))


@route(
    bp,
    "DELETE",
    f"{PATH}/<int:id>",
    Doc(role="admin", data=Person, errors=(Conflict,)),
)
def remove_user(id: int) -> Person:
    """Remove somebody, with their sign-ins and keys.

    The last active admin stays, and nobody removes themselves.
    """
    return people.remove_user(current_house(), bounded(id))
