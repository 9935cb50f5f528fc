"""The verbs about people: add, change, remove, find, and their passwords."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.accounts import passwords, sign_ins, throttle
from entrepot.accounts.errors import EmailTaken, LastAdmin, NotThePassword
from entrepot.accounts.events import (
    NobodyCanSignIn,
    PasswordChanged,
    PasswordChangeFailed,
    UserAdded,
    UserChanged,
    UserRemoved,
)
from entrepot.accounts.models import User
from entrepot.accounts.names import check_name, plain
from entrepot.accounts.spec import NewPerson, Person
from entrepot.accounts.throttle import Way
from entrepot.base.acting import current
from entrepot.base.errors import Conflict, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Role
from entrepot.base.times import now


def list_users(
    house: House, *, limit: int | None = None, after: int | None = None
) -> list[Person]:
    """Return people in the order they were added, from behind the id `after`."""
    wanted = select(User).order_by(User.id).limit(limit)
    if after is not None:
        wanted = wanted.where(User.id > after)
    with house.store.read_session() as session:
        return [person_of(row) for row in session.scalars(wanted)]


def count_users(house: House) -> int:
    """Return how many people there are."""
    with house.store.read_session() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


def warn_if_nobody(house: House) -> None:
    """Tell whoever starts the server how the first admin is made, if there is none."""
    if count_users(house) == 0:
        emit(NobodyCanSignIn())


def find_user(house: House, email: str) -> Person | None:
    """Return the person with this address, written in any case."""
    with house.store.read_session() as session:
        row = session.scalar(
            select(User).where(User.email == plain(email.strip().lower()))
        )
        return person_of(row) if row else None


def get_user(house: House, id: int) -> Person:
    """Return one person.

    Raises:
        NotThere: There is nobody with this id.
    """
    with house.store.read_session() as session:
        return person_of(_get(session, id))


def get_user_by_email(house: House, email: str) -> Person:
    """Return the person with this address.

    Raises:
        NotThere: Nobody has it; the hint names a near one.
    """
    found = find_user(house, email)
    if found is None:
        raise NotThere("person", email, [p.email for p in list_users(house)])
    return found


def add_user(
    house: House,
    *,
    email: str,
    password: str | None = None,
    role: Role = "viewer",
    first_name: str | None = None,
    last_name: str | None = None,
) -> NewPerson:
    """Add somebody; without a password one is made, to be handed over once.

    Raises:
        Invalid: The address or a name cannot be right.
        WeakPassword: The password is too easy to guess.
        EmailTaken: Somebody has the address.
    """
    first_password = None if password else passwords.make_first_password()
    row = User(
        email=email,
        role=role,
        first_name=check_name(first_name, "first_name"),
        last_name=check_name(last_name, "last_name"),
        has_first_password=password is None,
    )
    row.set_password(password or first_password or "")
    try:
        with house.store.session() as session:
            session.add(row)
            session.flush()  # an address in use shows now, before the event is out
            emit(UserAdded(user_id=row.id, email=row.email, role=row.role))
    except IntegrityError as error:
        raise EmailTaken(f"somebody has the address {row.email} already") from error
    return NewPerson(user=person_of(row), first_password=first_password)


def change_user(
    house: House,
    id: int,
    *,
    role: Role | None = None,
    is_active: bool | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
) -> Person:
    """Change what is given, and leave the rest; an empty name removes it.

    Another role ends the person's access tokens, which are renewed with it; who is no
    longer active is signed out everywhere.

    Raises:
        NotThere: There is nobody with this id.
        LastAdmin: No active admin would be left.
        Conflict: People do not deactivate themselves.
        Invalid: A name cannot be right.
    """
    wanted: dict[str, object] = {}
    if role is not None:
        wanted["role"] = role
    if is_active is not None:
        wanted["is_active"] = is_active
    for field, name in (("first_name", first_name), ("last_name", last_name)):
        if name is not None:
            wanted[field] = check_name(name, field)
    with _changing(house) as session:
        row = _get(session, id, is_write=True)
        if is_active is False:
            _refuse_self(id, "deactivate")
        _apply(session, row, wanted)
        return person_of(row)


def set_password(
    house: House,
    id: int,
    password: str | None = None,
    *,
    is_first: bool = False,
    keep: str = "",
) -> NewPerson:
    """Give somebody another password and end their sign-ins.

    Args:
        password: Made, to be handed over once, when None.
        is_first: It was chosen for them, not by them.
        keep: The sign-in that goes on.

    Raises:
        NotThere: There is nobody with this id.
        WeakPassword: It is too easy to guess.
    """
    made = None if password else passwords.make_first_password()
    with _changing(house) as session:
        row = _get(session, id, is_write=True)
        row.set_password(password or made or "")
        row.has_first_password = is_first or password is None
        session.flush()  # the deed before the event
        sign_ins.end_all(session, row, because="password", keep=keep)
        emit(PasswordChanged(user_id=row.id, email=row.email))
        return NewPerson(user=person_of(row), first_password=made)


def change_own_password(
    house: House, id: int, *, old: str, new: str, keep: str = ""
) -> Person:
    """Change a password for somebody who knows the old one.

    Who does not is slowed down and recorded as at a sign-in: a browser left open is no
    way to find out the password.

    Raises:
        NotThePassword: The old one is not right.
        Throttled: It was wrong too often.
        WeakPassword: The new one is too easy to guess.
    """
    with sign_ins.turns(house).one():
        with house.store.read_session() as session:
            row = _get(session, id)
            way = Way(row.email, f"account {id}")
            throttle.refuse_if_closed(session, way, now())
        if not passwords.is_right(row.password_hash, old):
            with house.store.session() as session:
                throttle.note_failure(session, way, now())
                session.flush()  # the deed before the event
                emit(PasswordChangeFailed(user_id=id, email=row.email))
            raise NotThePassword("the present password is another one")
    return set_password(house, id, new, keep=keep).user


def remove_user(house: House, id: int) -> Person:
    """Remove somebody, their sign-ins and their keys; return who it was.

    Raises:
        NotThere: There is nobody with this id.
        LastAdmin: No active admin would be left.
        Conflict: It is oneself, or what they made is kept under their name.
    """
    try:
        with _changing(house) as session:
            row = _get(session, id, is_write=True)
            _refuse_self(id, "remove")
            _refuse_last_admin(session, row)
            session.delete(row)
            session.flush()  # the deed before the event
            emit(UserRemoved(user_id=id, email=row.email))
            return person_of(row)
    except IntegrityError as error:
        raise Conflict(
            "what this person made is kept under their name",
            hint="deactivate them instead: they cannot sign in any more",
        ) from error


def make_admin(
    house: House,
    *,
    email: str,
    password: str,
    first_name: str | None = None,
    last_name: str | None = None,
) -> tuple[Person, bool]:
    """Add an admin, or make somebody one and give them the password.

    Returns the person, and whether they are new.
    """
    found = find_user(house, email)
    names = {"first_name": first_name, "last_name": last_name}
    if found is None:
        new = add_user(house, email=email, password=password, role="admin", **names)
        return new.user, True
    passwords.check_rules(password, email=found.email)  # before anything is changed
    change_user(house, found.id, role="admin", is_active=True, **names)
    return set_password(house, found.id, password).user, False


def person_of(row: User) -> Person:
    """Return a row as the value that travels."""
    return Person(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        full_name=row.full_name,
        role=cast(Role, row.role),  # the model lets no other in
        is_active=row.is_active,
        is_admin=row.is_admin,
        has_first_password=row.has_first_password,
        last_login=row.last_login,
        created_at=row.created_at,
        password_changed_at=row.password_changed_at,
    )


@contextmanager
def _changing(house: House) -> Iterator[Session]:
    with house.store.session() as session:
        yield session
    house.generations.bump("accounts")


def _get(session: Session, id: int, *, is_write: bool = False) -> User:
    row = session.get(User, id, with_for_update=is_write or None)
    if row is None:
        raise NotThere("person", str(id), [])
    return row


def _apply(session: Session, row: User, wanted: dict[str, object]) -> None:
    """Set the fields that differ, end what must end, and tell of it."""
    changes = [
        f"{field}: {_shown(getattr(row, field))} → {_shown(value)}"
        for field, value in wanted.items()
        if getattr(row, field) != value
    ]
    if not changes:
        return
    role, is_active = wanted.get("role", row.role), wanted.get("is_active")
    if role != "admin" or is_active is False:
        _refuse_last_admin(session, row)
    if role != row.role or is_active is False:
        row.auth_version += 1
    for field, value in wanted.items():
        setattr(row, field, value)
    session.flush()  # the deed before the event
    if is_active is False:
        sign_ins.end_all(session, row, because="not active")
    emit(UserChanged(user_id=row.id, email=row.email, changes=tuple(changes)))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value else "none"


def _refuse_self(id: int, deed: str) -> None:
    if current().user_id == id:
        raise Conflict(f"people do not {deed} themselves", hint="ask another admin")


def _refuse_last_admin(session: Session, row: User) -> None:
    if not (row.is_admin and row.is_active):
        return
    active = select(User.id).where(User.is_admin, User.is_active).with_for_update()
    if len(session.scalars(active).all()) < 2:
        raise LastAdmin(
            f"{row.email} is the last active admin", hint="make another admin first"
        )
