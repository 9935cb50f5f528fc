"""Places that things are sent to: made, changed, looked at, tested, removed."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import EntrepotError, Invalid, NotThere, UnknownName
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.secrets import seal, unseal
from entrepot.base.times import now
from entrepot.delivery.errors import DestinationNameTaken
from entrepot.delivery.events import (
    DestinationAdded,
    DestinationChanged,
    DestinationRemoved,
    DestinationTested,
)
from entrepot.delivery.models import Destination
from entrepot.delivery.parts import CHANNELS
from entrepot.delivery.spec import Channel, Parcel, Sending

NAME = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,62}$"
RESERVED = ("new", "channels")
"""Names that our own addresses have at the place of a destination's."""
SHORTEST_SECRET = 16
LONGEST_VALUE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationWanted:
    """A destination to be made.

    Attributes:
        options: As the channel has them; the secret among them, which is sealed.
    """

    name: str
    channel: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSeen:
    """A destination, as people see it.

    Attributes:
        options: Without the secret.
        has_secret: One is kept, sealed; nobody sees it again.
    """

    name: str
    channel: str
    options: Mapping[str, str]
    has_secret: bool
    description: str
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What the other side said to a test."""

    answer: str
    seconds: float


def add_destination(house: House, wanted: DestinationWanted) -> DestinationSeen:
    """Keep a place that things may be sent to.

    Raises:
        DestinationNameTaken: There is one of this name.
        UnknownName: There is no such channel, or it has no such option.
        Invalid, Denied: The options cannot work.
    """
    if not re.fullmatch(NAME.rstrip("$"), wanted.name) or wanted.name in RESERVED:
        raise Invalid(
            f"{wanted.name[:80]!r} cannot be the name of a destination",
            hint="1 to 63 letters, digits, _ . or -, beginning with a letter or digit",
        )
    options, secret = _read_options(house, wanted.channel, wanted.options)
    row = Destination(
        name=wanted.name,
        channel=wanted.channel,
        options=options,
        secret_sealed=seal(house.settings, secret.encode()) if secret else None,
        description=wanted.description[:500],
        created_by=current().name,
        created_at=now(),
        updated_at=now(),
    )
    with house.store.joined_session() as session:
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            said = f"there is a destination named {wanted.name!r} already"
            raise DestinationNameTaken(said) from None
        by = current().name
        emit(DestinationAdded(name=row.name, channel=row.channel, by=by))
    return _seen(row)


def change_destination(
    house: House,
    name: str,
    *,
    options: Mapping[str, str] | None = None,
    description: str | None = None,
) -> DestinationSeen:
    """Give a destination other options; those left out, and the secret, stay.

    Raises:
        NotThere: There is none of this name.
        UnknownName, Invalid, Denied: As when it is made.
    """
    with house.store.joined_session() as session:
        row = _get(session, name)
        before = _facts(row)
        if options is not None:
            _set_options(house, row, options)
        if description is not None:
            row.description = description[:500]
        row.updated_at = now()
        changed = [name for name, fact in _facts(row).items() if fact != before[name]]
        by, channel = current().name, row.channel
        emit(DestinationChanged(name=name, channel=channel, changed=changed, by=by))
        return _seen(row)


def _facts(row: Destination) -> dict[str, object]:
    return {
        "options": dict(row.options),
        "secret": row.secret_sealed,
        "description": row.description,
    }


def _set_options(house: House, row: Destination, given: Mapping[str, str]) -> None:
    name, kept = _secret_name(CHANNELS.get(row.channel)), _secret_of(house, row)
    before = {**row.options, **({name: kept} if kept else {})}
    said = {n: value for n, value in given.items() if value or n != name}
    row.options, secret = _read_options(house, row.channel, before | said)
    if secret != kept:
        row.secret_sealed = seal(house.settings, secret.encode())


def remove_destination(house: House, name: str) -> DestinationSeen:
    """Forget a destination; deliveries that wait for it fail with their next try.

    Raises:
        NotThere: There is none of this name.
    """
    with house.store.joined_session() as session:
        row = _get(session, name)
        session.delete(row)
        session.flush()  # the deed before the event
        by = current().name
        emit(DestinationRemoved(name=name, channel=row.channel, by=by))
        return _seen(row)


def list_destinations(house: House) -> list[DestinationSeen]:
    """Return every destination, by name."""
    with house.store.read_session() as session:
        rows = session.scalars(select(Destination).order_by(Destination.name))
        return [_seen(row) for row in rows]


def get_destination(house: House, name: str) -> DestinationSeen:
    """Return one destination.

    Raises:
        NotThere: There is none of this name.
    """
    with house.store.read_session() as session:
        return _seen(_get(session, name))


def open_destination(
    house: House, name: str, *, delivery_id: str, attempt: int
) -> tuple[Channel, Sending]:
    """Return a destination's channel, and what it is told; the secret in the clear.

    Raises:
        NotThere: There is none of this name.
        Conflict: The secret was sealed with another secret key.
    """
    with house.store.read_session() as session:
        row = _get(session, name)
    sending = Sending(
        delivery_id=delivery_id,
        attempt=attempt,
        options=row.options,
        secret=_secret_of(house, row),
        settings=house.settings,
    )
    return CHANNELS.get(row.channel), sending


def test_destination(house: House, name: str) -> Tested:
    """Send a test now, once, and return what the other side said.

    Raises:
        NotThere: There is none of this name.
        EntrepotError: Of any kind: it did not arrive.
    """
    channel, sending = open_destination(
        house, name, delivery_id=str(uuid4()), attempt=1
    )
    by, began = current().name, time.monotonic()
    parcel = Parcel(
        event="test",
        title=f"Test of {name}",
        text="Somebody wants to see whether this arrives. Nothing needs to be done.",
        facts={"destination": name, "by": by},
    )
    try:
        sent = channel.send(parcel, sending)
    except EntrepotError as error:
        _tell_test(name, channel, error.detail, by)
        raise
    _tell_test(name, channel, "", by)
    return Tested(answer=sent.answer, seconds=time.monotonic() - began)


def _tell_test(name: str, channel: Channel, error: str, by: str) -> None:
    emit(DestinationTested(name=name, channel=channel.name, error=error, by=by))


def _read_options(
    house: House, channel_name: str, given: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    """Return the channel's options with defaults, and the secret apart."""
    channel = CHANNELS.get(channel_name)
    names = [option.name for option in channel.options]
    for name, value in given.items():
        if name not in names:
            raise UnknownName(f"option of {channel_name}", name, names)
        if len(value) > LONGEST_VALUE:
            raise Invalid(f"{name}: more than {LONGEST_VALUE:,} characters")
    options = {
        o.name: given.get(o.name, "").strip() or o.default for o in channel.options
    }
    for option in channel.options:
        if option.is_required and not options[option.name]:
            raise Invalid(f"{option.name}: is needed", hint=option.help)
    secret = options.pop(_secret_name(channel), "")
    if secret and len(secret) < SHORTEST_SECRET:
        raise Invalid(f"the secret has fewer than {SHORTEST_SECRET} characters")
    channel.check(options, house.settings)
    if secret:
        channel.check_secret(secret, house.settings)
    return options, secret


def _secret_name(channel: Channel) -> str:
    return next((o.name for o in channel.options if o.is_secret), "")


def _secret_of(house: House, row: Destination) -> str:
    if row.secret_sealed is None:
        return ""
    return unseal(house.settings, row.secret_sealed).decode()


def _get(session: Session, name: str) -> Destination:
    row = session.scalar(select(Destination).where(Destination.name == name))
    if row is None:
        known = session.scalars(select(Destination.name)).all()
        raise NotThere("destination", name, known)
    return row


def _seen(row: Destination) -> DestinationSeen:
    return DestinationSeen(
        name=row.name,
        channel=row.channel,
        options=dict(row.options),
        has_secret=row.secret_sealed is not None,
        description=row.description,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
