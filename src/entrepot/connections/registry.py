"""The list of registered connections: those stored, and those a setting gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from entrepot.base.acting import Actor, current
from entrepot.base.errors import NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import ROLES
from entrepot.base.offered import OFFERED, OfferedFile
from entrepot.base.secrets import seal, unseal
from entrepot.base.settings import Settings
from entrepot.base.times import now
from entrepot.connections import settings as knobs
from entrepot.connections.addresses import Address
from entrepot.connections.errors import GivenBySetting, NameTaken
from entrepot.connections.events import ConnectionAdded, ConnectionRemoved
from entrepot.connections.given import read_given, variable_of
from entrepot.connections.models import Connection

Origin = Literal["stored", "setting", "server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A database that people may read here.

    Attributes:
        shown_url: The address without its password.
        origin: `stored` in our database, given by a `setting`, or a file of the
            `server` itself, which is only read.
        created_at: None for those that are not stored.
    """

    name: str
    dialect: str
    shown_url: str
    description: str = ""
    origin: Origin = "stored"
    allow_unsafe_role: bool = False
    created_at: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A registration as it is kept; equal entries open the same database."""

    registered: Registered
    sealed: bytes | None = field(default=None, repr=False)
    given_password: str | None = field(default=None, repr=False)

    def address(self, house: House) -> Address:
        """Return the address with its password.

        Raises:
            Conflict: The password was sealed with another secret key.
        """
        password = self.given_password
        if self.sealed is not None:
            password = unseal(house.settings, self.sealed).decode()
        found = self.registered
        return Address(dialect=found.dialect, url=found.shown_url, password=password)


_BY_NAME = select(*Connection.__table__.c).where(
    Connection.__table__.c.name == bindparam("wanted")
)
"""Made once, and below the ORM: whoever reads a row begins with it."""


def list_entries(house: House) -> list[Entry]:
    """Return every registration, sorted by name; the setting's hide stored ones."""
    entries = {e.registered.name: e for e in (*_stored(house), *_given(house))}
    return [entries[name] for name in sorted(entries)]


def get_entry(house: House, name: str) -> Entry:
    """Return one registration.

    Raises:
        NotThere: There is none of that name; the hint names the ones there are.
    """
    for entry in _given(house):
        if entry.registered.name == name:
            return entry
    with house.store.read_connection() as connection:
        row = connection.execute(_BY_NAME, {"wanted": name}).first()
    if row is not None:
        return Entry(registered=_registered(row), sealed=row.password_sealed)
    found = {entry.registered.name: entry for entry in list_offered(house)}
    if name in found:
        return found[name]
    known = [entry.registered.name for entry in list_entries(house)]
    raise NotThere("connection", name, [*known, *found])


def list_offered(house: House) -> list[Entry]:
    """Return the files of ours that are there and that whoever acts may read."""
    actor = current()
    offered = [one for one in OFFERED.values() if _may_read(actor, one)]
    paths = [(one, one.path(house.settings)) for one in offered]
    return [
        Entry(
            registered=Registered(
                name=one.name,
                dialect="sqlite",
                shown_url=URL.create("sqlite", database=str(path)).render_as_string(),
                description=one.summary,
                origin="server",
            )
        )
        for one, path in paths
        if path.exists()
    ]


def _may_read(actor: Actor, offered: OfferedFile) -> bool:
    if actor.role is None:  # a command, or a job, which is checked where it begins
        return actor.kind != "anonymous"
    return ROLES.index(actor.role) >= ROLES.index(offered.role)


def save(house: House, registered: Registered, password: str | None) -> Registered:
    """Store a registration with its password sealed; return it with its time.

    Raises:
        NameTaken, GivenBySetting: The name is in use.
    """
    _refuse_given(house, registered.name)
    row = Connection(
        name=registered.name,
        dialect=registered.dialect,
        url=registered.shown_url,
        password_sealed=seal(house.settings, password.encode()) if password else None,
        description=registered.description,
        allow_unsafe_role=registered.allow_unsafe_role,
        created_at=now(),
        created_by=registered.created_by,
    )
    try:
        with house.store.session() as session:
            session.add(row)
            session.flush()  # a name in use shows now, before the event is out
            emit(_added(row))
    except IntegrityError as error:
        raise NameTaken(
            f"there is a connection named {registered.name!r} already",
            hint="remove it first, or choose another name",
        ) from error
    return _registered(row)


def refuse_taken(house: House, name: str) -> None:
    """Say early that a name is in use; `save` says it for certain.

    Raises:
        NameTaken, GivenBySetting: It is.
    """
    _refuse_given(house, name)
    if any(entry.registered.name == name for entry in _stored(house)):
        raise NameTaken(
            f"there is a connection named {name!r} already",
            hint="remove it first, or choose another name",
        )


def delete(house: House, name: str, *, by: str) -> Registered:
    """Forget a stored registration; return what it was.

    Raises:
        NotThere: There is none of that name.
        GivenBySetting: A setting gives it.
    """
    _refuse_given(house, name)
    with house.store.session() as session:
        row = session.scalar(select(Connection).where(Connection.name == name))
        if row is not None:
            session.delete(row)
            session.flush()  # the deed before the event
            emit(ConnectionRemoved(name=name, by=by))
            return _registered(row)
    raise NotThere("connection", name, [e.registered.name for e in list_entries(house)])


def _refuse_given(house: House, name: str) -> None:
    if any(entry.registered.name == name for entry in _given(house)):
        variable = variable_of(name, house.settings)
        raise GivenBySetting(
            f"the connection {name!r} is given by {variable}",
            hint=f"change {variable} and start again",
        )


def _given(house: House) -> list[Entry]:
    if not (house.settings[knobs.GIVEN] or house.settings[knobs.HANA_HOST]):
        return []
    return house.shelf.get(_Given, _Given).entries(house)


@dataclass(slots=True)
class _Given:
    """What the settings give, read again when one of them changes.

    To read an address takes as long as a small statement; whoever opens what it names
    looks again whether it is allowed.
    """

    said: tuple[object, ...] = ()
    found: list[Entry] = field(default_factory=list)

    def entries(self, house: House) -> list[Entry]:
        """Return the connections of the settings."""
        said = _given_by(house.settings)
        if said != self.said:
            self.found = _read_given(house)
            self.said = said
        return self.found

    def close(self) -> None:
        """Nothing is open."""


def _given_by(settings: Settings) -> tuple[object, ...]:
    """Return all that the given connections are made of."""
    return (
        *(settings[knobs.GIVEN], settings[knobs.ROOTS]),
        *(settings[knobs.HANA_HOST], settings[knobs.HANA_PORT]),
        *(settings[knobs.HANA_USER], settings[knobs.HANA_PASSWORD]),
        *(settings[knobs.HANA_SCHEMA], settings[knobs.HANA_SSL_VALIDATE]),
    )


def _read_given(house: House) -> list[Entry]:
    return [
        Entry(
            registered=Registered(
                name=name,
                dialect=address.dialect,
                shown_url=address.url,
                origin="setting",
            ),
            given_password=address.password,
        )
        for name, address in read_given(house.settings).items()
    ]


def _stored(house: House) -> list[Entry]:
    with house.store.read_session() as session:
        rows = session.scalars(select(Connection)).all()
    return [Entry(registered=_registered(r), sealed=r.password_sealed) for r in rows]


def _registered(row: Connection | Row[Any]) -> Registered:
    return Registered(
        name=row.name,
        dialect=row.dialect,
        shown_url=row.url,
        description=row.description,
        allow_unsafe_role=row.allow_unsafe_role,
        created_at=row.created_at,
        created_by=row.created_by,
    )


def _added(row: Connection) -> ConnectionAdded:
    return ConnectionAdded(
        name=row.name,
        dialect=row.dialect,
        shown_url=row.url,
        allow_unsafe_role=row.allow_unsafe_role,
        by=row.created_by,
    )
