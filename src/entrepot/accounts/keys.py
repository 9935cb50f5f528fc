"""API keys: make, list, revoke, replace."""

from __future__ import annotations

import getpass
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.accounts.errors import KeyNameTaken
from entrepot.accounts.events import KeyMade, KeyRevoked
from entrepot.accounts.models import ApiKey, User
from entrepot.accounts.sign_ins import Clock
from entrepot.accounts.spec import Key, NewKey
from entrepot.accounts.tokens import signer
from entrepot.base.acting import current
from entrepot.base.errors import Denied, Invalid, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Role
from entrepot.base.times import now
from entrepot.rooms import ROOMS

BEGINS = "ek_"
SHOWN_CHARACTERS = 8
NAME = r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$"
"""No @, which every address has: what a key did must not pass for a person's, nor the
other way round."""

RESERVED = frozenset(("anonymous", "local", "root", "system"))
"""Names under which others than keys act, beside the account this server runs as."""

SCOPE = r"^[a-z]{1,30}(:read|:write)?$"
LONGEST_DAYS = 3650
MOST_SCOPES = 20
ROOM_NAMES = tuple(room.name for room in ROOMS)


def list_keys(
    house: House,
    *,
    user_id: int | None = None,
    limit: int | None = None,
    after: int | None = None,
    only_active: bool = False,
) -> list[Key]:
    """Return keys in the order they were made, from behind the id `after`.

    Args:
        user_id: Only those of this person.
    """
    wanted = select(ApiKey, User.email).outerjoin(User, User.id == ApiKey.user_id)
    if user_id is not None:
        wanted = wanted.where(ApiKey.user_id == user_id)
    if after is not None:
        wanted = wanted.where(ApiKey.id > after)
    if only_active:
        wanted = wanted.where(ApiKey.revoked_at.is_(None))
    with house.store.read_session() as session:
        rows = session.execute(wanted.order_by(ApiKey.id).limit(limit)).all()
    return [_key(row, email) for row, email in rows]


def get_key(house: House, id: int) -> Key:
    """Return one key.

    Raises:
        NotThere: There is no such key.
    """
    with house.store.read_session() as session:
        return _key(*_get(session, id))


def get_key_by_name(house: House, name: str) -> Key:
    """Return the key of this name that is not revoked.

    Raises:
        NotThere: There is none; the hint names a near one.
    """
    found = {key.name: key for key in list_keys(house, only_active=True)}
    if name not in found:
        raise NotThere("key", name[:100], list(found))
    return found[name]


def make_key(
    house: House,
    *,
    name: str,
    role: Role = "viewer",
    scopes: Sequence[str] = (),
    days: int | None = None,
    user_id: int | None = None,
    clock: Clock = now,
) -> NewKey:
    """Make a key; the answer is the only place where it ever stands.

    Args:
        role: The most it may do; never more than its person.
        days: After how many it expires; never when None.
        user_id: Its person; None for a key of the machine's.

    Raises:
        Invalid: Name, scopes or days cannot be right.
        Denied: The person may do less than the key should.
        KeyNameTaken: Another key has the name.
        NotThere: There is no such person.
    """
    _check(name, scopes, days)
    secret = _make_secret()
    row = _row(house, secret, clock)
    row.name, row.role, row.scopes = name, role, sorted(set(scopes))
    row.user_id = user_id
    row.expires_at = row.created_at + timedelta(days=days) if days else None
    try:
        with house.store.session() as session:
            email = _owner(session, user_id, role)
            _check_unused(session, name, user_id)
            _add(session, row)
    except IntegrityError as error:
        raise _taken(name) from error
    return NewKey(key=_key(row, email), secret=secret)


def revoke_key(house: House, id: int, *, clock: Clock = now) -> Key:
    """Revoke a key: it is refused from now on. One that was revoked stays so.

    Raises:
        NotThere: There is no such key.
    """
    with house.store.session() as session:
        row, email = _get(session, id)
        if row.revoked_at is None:
            _revoke(session, row, clock)
    house.generations.bump("accounts")
    return _key(row, email)


def replace_key(house: House, id: int, *, clock: Clock = now) -> NewKey:
    """Revoke a key and make one with the same name, person, rights and life.

    Raises:
        NotThere: There is no such key.
        Invalid: It was revoked already.
        Denied: Its person may do less by now.
    """
    secret = _make_secret()
    with house.store.session() as session:
        old, email = _get(session, id)
        if old.revoked_at is not None:
            raise Invalid(f"the key {old.name!r} was revoked", hint="make a new one")
        _owner(session, old.user_id, cast(Role, old.role))
        _revoke(session, old, clock)
        row = _row(house, secret, clock)
        row.name, row.role, row.scopes = old.name, old.role, list(old.scopes)
        row.user_id = old.user_id
        life = old.expires_at and old.expires_at - old.created_at
        row.expires_at = row.created_at + life if life else None
        _add(session, row)
    house.generations.bump("accounts")
    return NewKey(key=_key(row, email), secret=secret)


def _make_secret() -> str:
    return BEGINS + secrets.token_urlsafe(32)


def _row(house: House, secret: str, clock: Clock) -> ApiKey:
    return ApiKey(
        prefix=secret[:SHOWN_CHARACTERS],
        key_hash=signer(house).hash(secret),
        created_at=clock(),
        created_by=current().name[:255],
    )


def _check(name: str, scopes: Sequence[str], days: int | None) -> None:
    if not re.fullmatch(NAME, name):
        raise Invalid(
            "name: a key's name has up to 100 letters, digits, blanks and _ . -"
        )
    if name.lower() in RESERVED | {getpass.getuser().lower()}:
        raise Invalid(f"name: {name!r} is the name of somebody who is no key")
    if len(scopes) > MOST_SCOPES:
        raise Invalid(f"scopes: at most {MOST_SCOPES}")
    for scope in scopes:
        if not re.fullmatch(SCOPE, scope):
            raise Invalid(
                f"scopes: {scope[:60]!r} is no scope",
                hint="write a room, or room:read or room:write, such as exports:read",
            )
        if scope.partition(":")[0] not in ROOM_NAMES:
            raise Invalid(
                f"scopes: there is no room for {scope}",
                hint=f"the rooms are {', '.join(ROOM_NAMES)}",
            )
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"days: from 1 to {LONGEST_DAYS}, not {days}")


def _check_unused(session: Session, name: str, user_id: int | None) -> None:
    """Refuse a name that somebody else's key has, or had before it was revoked.

    What a key made stays under its name, for whoever has a key of it.
    """
    owners = select(ApiKey.user_id).where(func.lower(ApiKey.name) == name.lower())
    if any(owner != user_id for owner in session.scalars(owners)):
        raise _taken(name)


def _taken(name: str) -> KeyNameTaken:
    return KeyNameTaken(
        f"there is a key named {name!r} already, or was one of somebody else's",
        hint="choose another name, or replace that key",
    )


def _owner(session: Session, user_id: int | None, role: Role) -> str | None:
    """Return the address of a key's person, who may do at least as much."""
    if user_id is None:
        return None
    user = session.get(User, user_id)
    if user is None:
        raise NotThere("person", str(user_id), [])
    if ROLES.index(cast(Role, user.role)) < ROLES.index(role):
        raise Denied(f"a key of {user.email} cannot be {role}: they are {user.role}")
    return user.email


def _add(session: Session, row: ApiKey) -> None:
    session.add(row)
    session.flush()  # a name in use shows now, before the event is out
    emit(
        KeyMade(
            key_id=row.id,
            name=row.name,
            role=row.role,
            scopes=tuple(row.scopes),
            user_id=row.user_id,
        )
    )


def _revoke(session: Session, row: ApiKey, clock: Clock) -> None:
    row.revoked_at = clock()
    session.flush()  # the deed before the event
    emit(KeyRevoked(key_id=row.id, name=row.name, user_id=row.user_id))


def _get(session: Session, id: int) -> tuple[ApiKey, str | None]:
    row = session.get(ApiKey, id)
    if row is None:
        raise NotThere("key", str(id), [])
    user = session.get(User, row.user_id) if row.user_id is not None else None
    return row, user.email if user else None


def _key(row: ApiKey, email: str | None) -> Key:
    is_old = row.expires_at is not None and row.expires_at <= now()
    return Key(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        role=cast(Role, row.role),  # a check of the table lets no other in
        scopes=list(row.scopes),
        user=email,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        is_active=row.revoked_at is None and not is_old,
    )
