"""`/api/connections`: register databases, look at them, test and remove them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    Missing,
    Refused,
    TimedOut,
    Unavailable,
)
from entrepot.connections import service
from entrepot.connections.api.blueprint import bp
from entrepot.connections.names import PATTERN
from entrepot.connections.parts import DIALECTS
from entrepot.connections.registry import Registered
from entrepot.connections.selftest import SelfTest, selftest_connection
from entrepot.connections.spec import Greeting
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

HERE = "/connections"

FAR = (Denied, Refused, Unavailable, TimedOut)
"""What a database that is greeted may answer."""

Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=4096,
        description="As `/api/connections/dialects` shows it, or the path of a file.",
        examples=["sqlite:///chinook.db"],
    ),
]
Password = Annotated[
    str | None, Meta(description="Instead of one inside the URL; never shown again.")
]
Unsafe = Annotated[
    bool, Meta(description="Enter even as a role that could do harm (a superuser).")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A database to connect to, and not to keep."""

    url: Url = field(repr=False)
    password: Password = field(default=None, repr=False)
    allow_unsafe_role: Unsafe = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """A database to register."""

    name: Annotated[str, Meta(pattern=PATTERN, examples=["chinook"])]
    url: Url = field(repr=False)
    password: Password = field(default=None, repr=False)
    description: Annotated[str, Meta(max_length=2000)] = ""
    allow_unsafe_role: Unsafe = False
    test: Annotated[bool, Meta(description="Connect once before it is kept.")] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectLine:
    """A kind of database, and a URL as people write it."""

    name: str
    summary: str
    example: str
    is_file: bool


@route(bp, "GET", HERE, Doc(data=list[Registered]))
def list_connections() -> list[Registered]:
    """List the registered databases by name."""
    return service.list_connections(current_house())


@route(bp, "GET", "/sql/connections", Doc(data=list[Registered]))
def older_connections() -> list[Registered]:
    """List the registered databases, as `/api/connections` does."""
    return service.list_connections(current_house())


@route(bp, "GET", f"{HERE}/dialects", Doc(data=list[DialectLine]))
def list_dialects() -> list[DialectLine]:
    """List the kinds of databases that can be registered."""
    return [
        DialectLine(
            name=d.name, summary=d.summary, example=d.example, is_file=d.is_file
        )
        for d in DIALECTS
    ]


@route(
    bp,
    "POST",
    HERE,
    Doc(
        role="admin",
        body=NewConnection,
        data=Registered,
        status=201,
        errors=(Conflict, *FAR, Missing),
    ),
)
def add_connection(body: NewConnection) -> Registered:
    """Register a database.

    The password is kept encrypted and never shown. Files must lie below the folders
    of ENTREPOT_CONNECTIONS_ROOTS.
    """
    return service.add_connection(
        current_house(),
        name=body.name,
        url=body.url,
        password=body.password,
        description=body.description,
        allow_unsafe_role=body.allow_unsafe_role,
        test=body.test,
        by=require("admin").name,
    )


@route(
    bp,
    "POST",
    f"{HERE}/test",
    Doc(role="admin", body=Trial, data=Greeting, errors=(*FAR, Missing)),
)
def try_url(body: Trial) -> Greeting:
    """Connect to a database without registering it."""
    return service.try_url(
        current_house(),
        url=body.url,
        password=body.password,
        allow_unsafe_role=body.allow_unsafe_role,
    )


@route(
    bp,
    "GET",
    f"{HERE}/<name:name>",
    Doc(data=Registered, path_examples={"name": "chinook"}),
)
def get_connection(name: str) -> Registered:
    """Show one registered database."""
    return service.get_connection(current_house(), name)


@route(
    bp,
    "DELETE",
    f"{HERE}/<name:name>",
    Doc(role="admin", data=Registered, errors=(Conflict,)),
)
def remove_connection(name: str) -> Registered:
    """Forget a registered database.

    The database itself stays as it is. One that ENTREPOT_CONNECTIONS gives is removed
    there, not here.
    """
    return service.remove_connection(current_house(), name, by=require("admin").name)


@route(
    bp,
    "POST",
    f"{HERE}/<name:name>/test",
    Doc(role="admin", data=Greeting, errors=(Conflict, *FAR)),
)
def test_connection(name: str) -> Greeting:
    """Connect anew to a registered database and return what it says of itself."""
    return service.test_connection(current_house(), name, by=require("admin").name)


@route(
    bp,
    "POST",
    f"{HERE}/<name:name>/selftest",
    Doc(role="admin", data=SelfTest, errors=(Conflict, *FAR)),
)
def selftest(name: str) -> SelfTest:
    """Try hostile statements on a registered database, and return what came of them.

    They go through the wall that everybody's statements go through, and would do no
    harm if one got past it. It takes at most 20 seconds.
    """
    return selftest_connection(current_house(), name, by=require("admin").name)
