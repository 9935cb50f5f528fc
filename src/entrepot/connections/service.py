"""Register databases, and open them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from entrepot.base.errors import EntrepotError, Invalid, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.connections import registry
from entrepot.connections import settings as knobs
from entrepot.connections.addresses import Address, parse_address
from entrepot.connections.events import ConnectionTested
from entrepot.connections.given import HANA
from entrepot.connections.names import check_name
from entrepot.connections.parts import DIALECTS, open_target
from entrepot.connections.registry import Entry, Registered
from entrepot.connections.roots import allowed_path
from entrepot.connections.spec import Database, Greeting, Target


def list_connections(house: House) -> list[Registered]:
    """Return the registered databases, sorted by name."""
    return [entry.registered for entry in registry.list_entries(house)]


def list_readable(house: House) -> list[Registered]:
    """Return the registered databases, and files of the server's own after them.

    Of these, those that whoever acts may read.
    """
    registered = list_connections(house)
    taken = {one.name for one in registered}
    offered = [entry.registered for entry in registry.list_offered(house)]
    return [*registered, *(one for one in offered if one.name not in taken)]


def get_connection(house: House, name: str) -> Registered:
    """Return one registered database.

    Raises:
        NotThere: There is none of that name; the hint names the ones there are.
    """
    return registry.get_entry(house, name).registered


def add_connection(  # a registration has this many facts, each named at the call
    house: House,
    *,
    name: str,
    url: str,
    password: str | None = None,
    description: str = "",
    allow_unsafe_role: bool = False,
    test: bool = True,
    by: str = "",
) -> Registered:
    """Register a database, after a first greeting unless `test` is off.

    Args:
        url: As people write it: a URL, or the path of a file.
        password: Instead of the URL's own.

    Raises:
        Invalid: The name or the URL cannot be right.
        OutsideRoots: The file lies outside the allowed folders.
        NameTaken, GivenBySetting: The name is in use.
        Refused, Unavailable, Denied: The database does not let us in, cannot be
            reached, or the role could do harm.
    """
    check_name(name)
    _check_description(description)
    registry.refuse_taken(house, name)
    address = parse_address(url, house.settings, password=password)
    registered = Registered(
        name=name,
        dialect=address.dialect,
        shown_url=address.url,
        description=description,
        allow_unsafe_role=allow_unsafe_role,
        created_by=by,
    )
    if test:
        _greet(_target(house, registered, address))
    return registry.save(house, registered, address.password)


def remove_connection(house: House, name: str, *, by: str) -> Registered:
    """Forget a registered database, which itself stays as it is; return what it was.

    Raises:
        NotThere: There is none of that name.
        GivenBySetting: A setting gives it.
    """
    removed = registry.delete(house, name, by=by)
    _doors(house).drop(name)
    return removed


def test_connection(house: House, name: str, *, by: str) -> Greeting:
    """Connect anew to a registered database and return what it says of itself.

    It is recorded, whether the database lets us in or not.

    Raises:
        NotThere: There is none of that name.
        Refused, Unavailable, Denied: It does not let us in, or cannot be reached.
    """
    target = get_target(house, name)
    try:
        greeting = _greet(target)
    except EntrepotError as error:
        _tell_tested(house, name, by, error=error.detail)
        raise
    _tell_tested(house, name, by)
    return greeting


def greet_connection(house: House, name: str) -> Greeting:
    """Connect anew to a registered database; nobody records it."""
    return _greet(get_target(house, name))


def try_url(
    house: House,
    *,
    url: str,
    password: str | None = None,
    allow_unsafe_role: bool = False,
) -> Greeting:
    """Connect to a database without registering it; raises as `add_connection`."""
    address = parse_address(url, house.settings, password=password)
    registered = Registered(
        name="trial",
        dialect=address.dialect,
        shown_url=address.url,
        allow_unsafe_role=allow_unsafe_role,
    )
    return _greet(_target(house, registered, address))


def get_target(house: House, name: str) -> Target:
    """Return what it takes to open a registered database.

    Raises:
        NotThere: There is none of that name.
        OutsideRoots: Its file now lies outside the allowed folders.
        Conflict: Its password was sealed with another secret key.
    """
    return _target_of(house, registry.get_entry(house, name))


def open_database(house: House, name: str) -> Database:
    """Return the process's open door to a registered database; do not close it.

    A registration that changed since, also by another process, opens anew.

    Raises:
        NotThere: There is none of that name (any more).
        OutsideRoots, Conflict: As `get_target`.
    """
    try:
        entry = registry.get_entry(house, name)
    except NotThere:
        _doors(house).drop(name)
        raise
    return _doors(house).open(entry, lambda: _target_of(house, entry)).database


def enter(house: House, name: str) -> tuple[Target, Database]:
    """Return what it takes to open a database, and its open door, in one look.

    Raises:
        NotThere, OutsideRoots, Conflict: As `get_target`.
    """
    try:
        entry = registry.get_entry(house, name)
    except NotThere:
        _doors(house).drop(name)
        raise
    door = _doors(house).open(entry, lambda: _target_of(house, entry))
    return door.target, door.database


def screen_seconds(house: House, name: str, seconds: float) -> float:
    """Return how long a statement may run there whose rows go to the screen.

    Args:
        seconds: What whoever asks is allowed.
    """
    if not _is_given_hana(house, name):
        return seconds
    return min(seconds, house.settings[knobs.HANA_QUERY_SECONDS])


def _check_description(text: str) -> None:
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text):
        raise Invalid("a description is text without control characters")


def _tell_tested(house: House, name: str, by: str, *, error: str = "") -> None:
    with house.store.session():  # the record of it is written in it
        emit(ConnectionTested(name=name, error=error, by=by))


def _greet(target: Target) -> Greeting:
    database = open_target(target)
    try:
        return database.greet()
    finally:
        database.close()


def _target_of(house: House, entry: Entry) -> Target:
    return _target(house, entry.registered, entry.address(house))


def _target(house: House, registered: Registered, address: Address) -> Target:
    is_ours = registered.origin == "server"
    if DIALECTS.get(address.dialect).is_file and not is_ours:
        # Since it was registered, a symlink may have taken the file's place.
        allowed_path(make_url(address.url).database or "", house.settings)
    return Target(
        name=registered.name,
        dialect=address.dialect,
        url=address.with_password(),
        allow_unsafe_role=registered.allow_unsafe_role,
        pool_count=_pool_count(house, registered),
        connect_seconds=house.settings[knobs.CONNECT_SECONDS],
        cache_folder=str(house.home / "cache" / "connections"),
        is_read_only=is_ours,
    )


def _pool_count(house: House, registered: Registered) -> int:
    is_hana = _is_given_hana(house, registered.name)
    return house.settings[knobs.HANA_POOL if is_hana else knobs.POOL]


def _is_given_hana(house: House, name: str) -> bool:
    return name == HANA and bool(house.settings[knobs.HANA_HOST])


@dataclass(frozen=True, slots=True)
class _Door:
    entry: Entry
    target: Target
    database: Database


class _Doors:
    """The databases this process has open, by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._doors: dict[str, _Door] = {}

    def open(self, entry: Entry, find: Callable[[], Target]) -> _Door:
        name = entry.registered.name
        with self._lock:
            door = self._doors.get(name)
            if door is None or door.entry != entry:
                target = find()
                database = open_target(target)
                self._doors[name] = _Door(entry, target, database)
                if door is not None:
                    door.database.close()
            return self._doors[name]

    def drop(self, name: str) -> None:
        with self._lock:
            door = self._doors.pop(name, None)
        if door is not None:
            door.database.close()

    def close(self) -> None:
        for name in list(self._doors):
            self.drop(name)


def _doors(house: House) -> _Doors:
    return house.shelf.get("connections", _Doors)
