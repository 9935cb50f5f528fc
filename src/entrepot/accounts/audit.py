"""The audit trail: write down who did what, and read it again.

Each record carries an authentication code over itself and the code of the record
before, made with a key of the secret key. Who changes, removes or inserts one without
that key breaks the chain; `audit_verify` finds where.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, insert, select, text
from sqlalchemy.orm import Session

from entrepot.accounts.audit_models import (
    ADDRESS_CHARACTERS,
    EVENT_CHARACTERS,
    NAME_CHARACTERS,
    REQUEST_CHARACTERS,
    AuditRecord,
)
from entrepot.accounts.events import AuditExported
from entrepot.base.acting import current
from entrepot.base.errors import Invalid, NotThere
from entrepot.base.events import Event, emit
from entrepot.base.house import House
from entrepot.base.secrets import derive_key
from entrepot.base.times import now

TURN = 0x61756474
"""Key of the PostgreSQL lock that whoever adds a record takes."""
TEXT_CHARACTERS = 2_000
FACTS_CHARACTERS = 8_000
ITEMS = 50
LARGEST_ID = 2**63 - 1
COLUMNS = tuple(AuditRecord.__table__.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One act, as it is remembered.

    Attributes:
        event: The event's name, e.g. `ConnectionAdded`.
        actor_kind: `person`, `key`, `local`, `command`, `system` or `anonymous`.
        facts: What the event told; long texts are cut.
        mac: The authentication code, in hex.
    """

    id: int
    at: datetime
    event: str
    actor_name: str
    actor_kind: str
    actor_user_id: int | None
    actor_address: str
    request_id: str
    facts: Mapping[str, Any]
    mac: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last record at some time: its number, its code, its own time."""

    id: int
    mac: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records.

    Attributes:
        actor: A part of the name, in any case.
        before_id: Only older ones than this.
    """

    actor: str = ""
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None
    limit: int = 50


def record(house: House, event: Event) -> Head | None:
    """Add an event to the trail, in the transaction of whoever emits it, if any.

    Return the head before it, if another transaction made that. Writers take turns:
    SQLite has one at a time anyway, PostgreSQL a lock that is held until the
    transaction ends.
    """
    who = current()
    with house.store.joined_session() as session:
        _take_turn(session)
        before = _head(session)
        row = {
            "id": before.id + 1 if before else 1,
            "at": now(),
            "event": type(event).__name__[:EVENT_CHARACTERS],
            "actor_name": _cut(who.name, NAME_CHARACTERS),
            "actor_kind": who.kind,
            "actor_user_id": who.user_id,
            "actor_address": _cut(who.address, ADDRESS_CHARACTERS),
            "request_id": _cut(who.request_id, REQUEST_CHARACTERS),
            "facts": _facts(event),
            "previous_mac": before.mac if before else "",
        }
        row["mac"] = sign(audit_key(house), row)
        session.execute(insert(AuditRecord).values(**row))
        is_first_here = not session.info.get(AuditRecord)
        session.info[AuditRecord] = True
    return before if is_first_here else None


def list_records(house: House, wanted: Wanted) -> list[Record]:
    """Return records, newest first.

    Raises:
        Invalid: A text holds what no name can.
    """
    if "\0" in wanted.actor + wanted.event:
        raise Invalid("a name holds no NUL")
    with house.store.read_session() as session:
        return [_record(row) for row in session.execute(_query(wanted))]


def export_records(house: House, wanted: Wanted) -> list[Record]:
    """Return records for a file, newest first, and record that they are taken away.

    Raises:
        Invalid: A text holds what no name can.
    """
    found = list_records(house, wanted)
    with house.store.session():  # the record is written in it
        emit(AuditExported(records=len(found)))
    return found


def get_record(house: House, id: int) -> Record:
    """Return one record.

    Raises:
        NotThere: There is none with this number.
    """
    with house.store.read_session() as session:
        found = select(*COLUMNS).where(AuditRecord.id == min(id, LARGEST_ID))
        row = session.execute(found).one_or_none()
    if row is None:
        raise NotThere("audit record", str(id), [])
    return _record(row)


def list_event_names(house: House) -> list[str]:
    """Return the names of the events that stand in the trail, sorted."""
    with house.store.read_session() as session:
        names = select(AuditRecord.event).distinct().order_by(AuditRecord.event)
        return list(session.scalars(names))


def find_head(house: House) -> Head | None:
    """Return the last record's head; None where there is no record."""
    with house.store.read_session() as session:
        return _head(session)


def audit_key(house: House) -> bytes:
    """Return the key of the chain.

    Raises:
        Invalid: The secret key is missing or weak.
    """
    return derive_key(house.settings, b"entrepot audit 1")


def sign(key: bytes, row: Mapping[str, Any]) -> str:
    """Return the authentication code of a row, in hex; its own `mac` is left out."""
    values = [row[column.name] for column in COLUMNS if column.name != "mac"]
    values[1] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps([1, *values], separators=(",", ":"))
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def _take_turn(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})


def _head(session: Session) -> Head | None:
    last = select(AuditRecord.id, AuditRecord.mac, AuditRecord.at)
    row = session.execute(last.order_by(AuditRecord.id.desc()).limit(1)).one_or_none()
    return Head(row.id, row.mac, row.at) if row else None


def _query(wanted: Wanted) -> Select[Any]:
    query = select(*COLUMNS).order_by(AuditRecord.id.desc()).limit(wanted.limit)
    if wanted.actor:
        like = AuditRecord.actor_name.icontains(wanted.actor, autoescape=True)
        query = query.where(like)
    if wanted.event:
        query = query.where(AuditRecord.event == wanted.event)
    if wanted.since:
        query = query.where(AuditRecord.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditRecord.at < wanted.until)
    if wanted.before_id is not None:
        query = query.where(AuditRecord.id < min(wanted.before_id, LARGEST_ID))
    return query


def _record(row: Row[Any]) -> Record:
    values = dict(row._mapping)
    values.pop("previous_mac")
    try:
        facts = json.loads(values["facts"])
    except ValueError:  # somebody was at it; `verify` says so
        facts = {"unreadable": values["facts"]}
    return Record(**{**values, "facts": facts})


def _facts(event: Event) -> str:
    """Return an event's facts as JSON, every text cut, and all of it bounded."""
    facts = msgspec.to_builtins(event, enc_hook=str)
    text = json.dumps(_bounded(facts), sort_keys=True)
    if len(text) > FACTS_CHARACTERS:
        short = _bounded(facts, characters=100, items=10)
        text = json.dumps(short, sort_keys=True)
    if len(text) > FACTS_CHARACTERS:
        text = json.dumps({"cut": text[: FACTS_CHARACTERS // 2]})
    return text


def _bounded(
    value: object, *, characters: int = TEXT_CHARACTERS, items: int = ITEMS
) -> object:
    if isinstance(value, str):
        return _cut(value, characters)
    if isinstance(value, dict):
        return {
            _cut(str(name), 100): _bounded(v, characters=characters, items=items)
            for name, v in list(value.items())[:items]
        }
    if isinstance(value, list):
        return [_bounded(v, characters=characters, items=items) for v in value[:items]]
    return value


def _cut(text: str, characters: int) -> str:
    """Return a text that every database keeps, and says how much of it is missing."""
    clean = text.replace("\0", "�").encode(errors="replace").decode()
    if len(clean) <= characters:
        return clean
    note = f"…+{len(clean) - characters + 12}"
    return clean[: characters - 12] + note
