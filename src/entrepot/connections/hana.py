"""SAP HANA instances: the connections of that kind, as an older API names them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.util import find_spec
from typing import Literal

from sqlalchemy.engine import make_url

from entrepot.base import spans
from entrepot.base.errors import (
    EntrepotError,
    Invalid,
    NotThere,
    Refused,
    Unavailable,
)
from entrepot.base.house import House
from entrepot.connections import service
from entrepot.connections.errors import NotConfigured
from entrepot.connections.given import HANA, hana_url
from entrepot.connections.registry import Registered
from entrepot.connections.spec import Greeting

Status = Literal["unknown", "connected", "error"]

AUTHENTICATION = (10, 20, 414, 415, 416)
"""HANA's numbers for a user who is not let in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A HANA that is registered; its password is never shown.

    Attributes:
        id: The connection's name.
        schema: Meant by statements that name none.
        ssl: The line is encrypted.
        is_default: Meant where no instance is named.
        status: `unknown` until somebody asks it.
        created_at: None for the one that settings give.
    """

    id: str
    name: str
    host: str
    port: int
    user: str
    schema: str = ""
    description: str = ""
    ssl: bool = True
    is_default: bool = False
    status: Status = "unknown"
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where a HANA is, and how to get in."""

    host: str
    port: int = 443
    user: str
    password: str = field(repr=False)
    schema: str = ""
    ssl: bool = True
    ssl_validate: bool = True

    def url(self) -> str:
        """Return the URL without the password."""
        return hana_url(
            host=self.host,
            port=self.port,
            user=self.user,
            schema=self.schema,
            encrypts=self.ssl,
            checks_certificate=self.ssl_validate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A HANA that let us in."""

    host: str
    user: str
    version: str
    response_ms: float
    warnings: tuple[str, ...] = ()


def list_instances(house: House, *, refresh: bool = False) -> list[Instance]:
    """Return the registered instances by name.

    Args:
        refresh: Connect to each, to know its status.
    """
    found = [c for c in service.list_connections(house) if c.dialect == HANA]
    default = _default(found)
    instances = [_instance(c, is_default=c is default) for c in found]
    if not refresh or not instances:
        return instances
    with ThreadPoolExecutor(max_workers=4) as pool:
        ask = spans.carried(lambda one: _asked(house, one))
        return list(pool.map(ask, instances))


def add_instance(
    house: House,
    *,
    name: str,
    entrance: Entrance,
    description: str = "",
    test: bool = True,
    by: str = "",
) -> Instance:
    """Register a HANA; raises as `add_connection`."""
    added = service.add_connection(
        house,
        name=name,
        url=entrance.url(),
        password=entrance.password,
        description=description,
        test=test,
        by=by,
    )
    return get_instance(house, added.name)


def remove_instance(house: House, id: str, *, by: str) -> Instance:
    """Forget a HANA, which itself stays as it is; return what it was.

    Raises:
        NotThere: There is none of that name.
        GivenBySetting: Settings give it.
    """
    instance = get_instance(house, id)
    service.remove_connection(house, id, by=by)
    return instance


def get_instance(house: House, id: str = "") -> Instance:
    """Return one instance; the default one where none is named.

    Raises:
        NotConfigured: There is none at all.
        NotThere: There is none of that name.
    """
    instances = {one.id: one for one in list_instances(house)}
    if not id:
        id = next((one.id for one in instances.values() if one.is_default), "")
    if not id:
        raise NotConfigured(
            "no SAP HANA is registered",
            hint="set HANA_HOST, HANA_USER and HANA_PASSWORD, or add an instance",
        )
    if id not in instances:
        raise NotThere("HANA instance", id, list(instances))
    return instances[id]


def try_instance(house: House, id: str = "", *, by: str) -> Tested:
    """Connect anew to a registered instance, which is recorded.

    Every error has the fact `error_code`: NOT_CONFIGURED, NOT_FOUND, HDBCLI_NOT_FOUND,
    CONNECTION_FAILED or AUTH_FAILED, where one of these is what happened.

    Raises:
        NotConfigured, NotThere: As `get_instance`.
        Refused, Unavailable, Denied: It does not let us in, or cannot be reached.
    """
    try:
        instance = get_instance(house, id)
        greeting = service.test_connection(house, instance.id, by=by)
    except EntrepotError as error:
        raise _coded(error) from None
    return _tested(instance.host, instance.user, greeting)


def try_entrance(house: House, entrance: Entrance) -> Tested:
    """Connect to a HANA that is not registered; raises as `try_instance`."""
    try:
        greeting = service.try_url(
            house, url=entrance.url(), password=entrance.password
        )
    except EntrepotError as error:
        raise _coded(error) from None
    return _tested(entrance.host, entrance.user, greeting)


def _default(found: list[Registered]) -> Registered | None:
    """Return the one that settings give, or else the first that was registered."""
    given = [one for one in found if one.created_at is None]
    stored = [(one.created_at, one) for one in found if one.created_at is not None]
    if given:
        return next((one for one in given if one.name == HANA), given[0])
    return min(stored, key=lambda pair: pair[0], default=(None, None))[1]


def _instance(connection: Registered, *, is_default: bool) -> Instance:
    url = make_url(connection.shown_url)
    options = {name: str(value) for name, value in url.query.items()}
    return Instance(
        id=connection.name,
        name=connection.name,
        host=url.host or "",
        port=url.port or 443,
        user=url.username or "",
        schema=options.get("currentSchema", ""),
        description=connection.description,
        ssl=options.get("encrypt", "true") != "false",
        is_default=is_default,
        created_at=connection.created_at,
    )


def _asked(house: House, instance: Instance) -> Instance:
    try:
        service.greet_connection(house, instance.id)
    except EntrepotError:
        return replace(instance, status="error")
    return replace(instance, status="connected")


def _tested(host: str, user: str, greeting: Greeting) -> Tested:
    return Tested(
        host=host,
        user=user,
        version=greeting.server,
        response_ms=round(greeting.seconds * 1000, 1),
        warnings=greeting.warnings,
    )


def _coded(error: EntrepotError) -> EntrepotError:
    code = _code(error)
    if code:
        error.facts["error_code"] = code
    return error


def _code(error: EntrepotError) -> str:
    if isinstance(error, NotConfigured):
        return "NOT_CONFIGURED"
    if isinstance(error, NotThere):
        return "NOT_FOUND"
    if isinstance(error, Invalid):
        return "INVALID_INPUT"
    if isinstance(error, Refused | Unavailable):
        if find_spec("hdbcli") is None:
            return "HDBCLI_NOT_FOUND"
        is_login = error.facts.get("database_code") in AUTHENTICATION
        return "AUTH_FAILED" if is_login else "CONNECTION_FAILED"
    return ""
