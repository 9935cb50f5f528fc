"""`/api/hana`: SAP HANA instances, which are connections of that kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    Invalid,
    Missing,
    Refused,
    TimedOut,
    Unavailable,
)
from entrepot.connections import hana
from entrepot.connections.api.blueprint import bp
from entrepot.connections.hana import Entrance, Instance, Tested
from entrepot.connections.names import PATTERN
from entrepot.web.guard import require
from entrepot.web.reply import Said
from entrepot.web.routes import Doc, current_house, route

HERE = "/hana"
FAR = (Denied, Missing, Refused, Unavailable, TimedOut)

Host = Annotated[str, Meta(min_length=1, max_length=253, examples=["hana.example.com"])]
Port = Annotated[int, Meta(ge=1, le=65535)]
User = Annotated[str, Meta(min_length=1, max_length=256, examples=["READER"])]
Password = Annotated[
    str, Meta(min_length=1, max_length=1024, description="Never shown again.")
]
CurrentSchema = Annotated[
    str, Meta(max_length=256, description="Meant by statements that name none.")
]
Encrypts = Annotated[
    bool, Meta(description="Off is possible for this same machine only.")
]
Validates = Annotated[bool, Meta(description="Check the certificate.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesQuery:
    """What is told of the instances."""

    refresh: Annotated[
        bool, Meta(description="Connect to each for its status; admins only.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstance:
    """A HANA to register."""

    name: Annotated[str, Meta(pattern=PATTERN, examples=["s4"])]
    host: Host
    port: Port = 443
    user: User
    password: Password = field(repr=False)
    schema: CurrentSchema = ""
    description: Annotated[str, Meta(max_length=2000)] = ""
    ssl: Encrypts = True
    ssl_validate: Validates = True
    test: Annotated[bool, Meta(description="Connect once before it is kept.")] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TestBody:
    """A registered instance, the default one if none is named; or a HANA to try."""

    instance_id: Annotated[str, Meta(max_length=100)] = ""
    host: Annotated[str, Meta(max_length=253)] = ""
    port: Port = 443
    user: Annotated[str, Meta(max_length=256)] = ""
    password: Annotated[str, Meta(max_length=1024)] = field(default="", repr=False)
    schema: CurrentSchema = ""
    ssl: Encrypts = True
    ssl_validate: Validates = True


@route(
    bp,
    "GET",
    f"{HERE}/instances",
    Doc(query=InstancesQuery, data=list[Instance], errors=(Denied, Invalid)),
)
def list_hana_instances(query: InstancesQuery) -> list[Instance]:
    """List the SAP HANA instances, never with a password."""
    if query.refresh:
        require("admin")
    return hana.list_instances(current_house(), refresh=query.refresh)


@route(
    bp,
    "POST",
    f"{HERE}/instances",
    Doc(
        role="admin",
        body=NewInstance,
        data=Instance,
        status=201,
        errors=(Conflict, *FAR),
    ),
)
def add_hana_instance(body: NewInstance) -> Instance:
    """Register a SAP HANA instance; its password is kept encrypted."""
    return hana.add_instance(
        current_house(),
        name=body.name,
        entrance=_entrance(body),
        description=body.description,
        test=body.test,
        by=require("admin").name,
    )


@route(
    bp,
    "DELETE",
    f"{HERE}/instances/<name:id>",
    Doc(role="admin", data=Instance, errors=(Conflict,), path_examples={"id": "s4"}),
)
def remove_hana_instance(id: str) -> Instance:
    """Forget a SAP HANA instance, which itself stays as it is."""
    return hana.remove_instance(current_house(), id, by=require("admin").name)


@route(
    bp,
    "POST",
    f"{HERE}/test-connection",
    Doc(
        role="admin",
        body=TestBody,
        data=Tested,
        errors=(Conflict, *FAR),
        is_body_optional=True,
    ),
)
def test_hana_connection(body: TestBody) -> Said:
    """Connect to a SAP HANA and say what it says of itself.

    A failure has an `error_code` beside the rest of the problem: NOT_CONFIGURED,
    NOT_FOUND, INVALID_INPUT, HDBCLI_NOT_FOUND, CONNECTION_FAILED or AUTH_FAILED.
    """
    if body.host or body.user or body.password:
        _check_whole(body)
        tested = hana.try_entrance(current_house(), _entrance(body))
    else:
        who = require("admin").name
        tested = hana.try_instance(current_house(), body.instance_id, by=who)
    return Said(tested, f"{tested.host} answers")


def _check_whole(body: TestBody) -> None:
    names = ("host", "user", "password")
    missing = [name for name in names if not getattr(body, name)]
    if missing or body.instance_id:
        raise Invalid(
            "name an instance_id, or give host, user and password",
            hint=f"{missing[0]} is missing" if missing else "not both",
            error_code="INVALID_INPUT",
        )


def _entrance(body: NewInstance | TestBody) -> Entrance:
    return Entrance(
        host=body.host,
        port=body.port,
        user=body.user,
        password=body.password,
        schema=body.schema,
        ssl=body.ssl,
        ssl_validate=body.ssl_validate,
    )
