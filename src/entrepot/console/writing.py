"""Statements that change data: tried and undone first, then done once, and recorded."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec

from entrepot.base.deadline import within
from entrepot.base.errors import Conflict, Denied
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.named_table import named_table
from entrepot.base.rows import ReadOptions
from entrepot.base.secrets import seal, unseal
from entrepot.base.times import now
from entrepot.connections import Change, CommitsByItself, Statement
from entrepot.console import settings as knobs
from entrepot.console.errors import PreviewGone, WritingIsOff
from entrepot.console.events import DataChangeBegun, DataChanged
from entrepot.console.preparing import Ready, prepare
from entrepot.console.records import Ended
from entrepot.console.running import complete, ended_well, placed
from entrepot.console.saved.tables import DIALECTS
from entrepot.console.spec import Wanted
from entrepot.console.statements import (
    first_words,
    without_passwords,
    written_table,
)

TOKEN_SECONDS = 300
TOLD_CHARACTERS = 500
"""Of a statement so many stand in the record of it."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a token holds: who may change what, once, until when.

    Attributes:
        run: Id of the run that will do it; there can be only one of this id.
        place: Hash of the connection's name and address.
    """

    run: str
    by: str
    place: str
    digest: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a statement would change.

    Attributes:
        query_id: Of the preview's own run.
        statement: Its first words, e.g. `DROP TABLE`.
        table: It writes to; empty where nobody can tell.
        rows: Inserted, changed or deleted; None where nobody knows.
        commits_by_itself: It cannot be undone, so it was not tried.
        token: With it the same statement may run, once, until `expires_at`.
    """

    query_id: str
    connection: str
    statement: str
    table: str
    rows: int | None
    warnings: tuple[str, ...]
    commits_by_itself: bool
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a statement changed, for good."""

    ready: Ready
    change: Change
    seconds: float


def preview(house: House, who: Identity, wanted: Wanted) -> Preview:
    """Return what a statement would change, after it was undone.

    Raises:
        WritingIsOff: The console only reads here.
        Denied: Only admins write.
        EntrepotError: As `service.execute`.
    """
    _check_may(house, who)
    ready = prepare(house, who, wanted, kind="preview")
    began = time.perf_counter()
    with ended_well(house, ready), placed(house, ready):
        change = _tried(ready)
        seconds = time.perf_counter() - began
        rows = change.rows if change else None
        complete(house, ready, Ended(state="completed", seconds=seconds, rows=rows))
    until = now() + timedelta(seconds=TOKEN_SECONDS)
    return Preview(
        query_id=ready.id,
        connection=ready.target.name,
        statement=first_words(wanted.sql, ready.target.dialect),
        table=_table(ready, change),
        rows=rows,
        warnings=change.warnings if change else (),
        commits_by_itself=change is None,
        token=_token(house, who, ready, until),
        expires_at=until,
    )


def _table(ready: Ready, change: Change | None) -> str:
    sql, dialect = ready.wanted.sql, ready.target.dialect
    if change is None:
        return named_table(sql, DIALECTS.get(dialect, dialect), "").removeprefix(".")
    return change.table or written_table(sql, dialect)


def _tried(ready: Ready) -> Change | None:
    """Return what it would change; None where it cannot be tried."""
    try:
        return _change(ready, keep=False)
    except CommitsByItself:
        return None


def apply(house: House, who: Identity, wanted: Wanted, token: str) -> Changed:
    """Run a statement that was previewed, and keep what it changes.

    Raises:
        WritingIsOff, Denied: As `preview`.
        PreviewGone: The token is of another statement, too old, or was used.
        EntrepotError: As `service.execute`.
    """
    _check_may(house, who)
    ticket = _ticket(house, token)
    _check(ticket, who, wanted)
    ready = prepare(house, who, wanted, kind="write", id=ticket.run)
    began = time.perf_counter()
    with ended_well(house, ready), placed(house, ready):
        if _place_of(ready) != ticket.place:
            raise PreviewGone("the preview was of another connection")
        _tell_begun(house, ready)
        change = _change(ready, keep=True)
        seconds = time.perf_counter() - began
        with house.store.session():  # the record of it is written in it
            emit(_changed_event(ready, change))
        ended = Ended(
            state="completed", seconds=seconds, rows=change.rows,
            warnings=change.warnings,
        )  # fmt: skip
        complete(house, ready, ended)
    return Changed(ready=ready, change=change, seconds=seconds)


def _change(ready: Ready, *, keep: bool) -> Change:
    statement = Statement(sql=ready.bound.sql, params=ready.bound.params)
    options = ReadOptions(seconds=within(ready.seconds), switch=ready.live.switch)
    return ready.database.change(statement, options, keep=keep)


def may_write(house: House, who: Identity) -> bool:
    """Tell whether somebody may change data from the console."""
    return who.role == "admin" and house.settings[knobs.WRITE]


def _check_may(house: House, who: Identity) -> None:
    if who.role != "admin":
        raise Denied("only admins change data from the console", needs_role="admin")
    if not house.settings[knobs.WRITE]:
        raise WritingIsOff(
            "changing data from the console is off", hint=f"set {knobs.WRITE.variable}"
        )


def digest_of(wanted: Wanted) -> str:
    """Return a hash of a statement and its values, in hex."""
    said = msgspec.json.encode([wanted.sql, wanted.params])
    return hashlib.sha256(said).hexdigest()


def _place_of(ready: Ready) -> str:
    # A name may come to stand for another database meanwhile.
    said = f"{ready.target.name} {ready.target.shown_url}"
    return hashlib.sha256(said.encode()).hexdigest()


def _token(house: House, who: Identity, ready: Ready, until: datetime) -> str:
    ticket = Ticket(
        run=str(uuid4()),
        by=who.name,
        place=_place_of(ready),
        digest=digest_of(ready.wanted),
        until=until,
    )
    sealed = seal(house.settings, msgspec.json.encode(ticket))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _ticket(house: House, token: str) -> Ticket:
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return msgspec.json.decode(unseal(house.settings, sealed), type=Ticket)
    except (Conflict, ValueError):
        raise PreviewGone(
            "this is no token of a preview", hint="POST /api/sql/preview gives one"
        ) from None


def _check(ticket: Ticket, who: Identity, wanted: Wanted) -> None:
    if ticket.by != who.name:
        raise PreviewGone("the preview is somebody else's")
    if ticket.until < now():
        raise PreviewGone("the preview is too old", hint="ask for a new one")
    if ticket.digest != digest_of(wanted):
        raise PreviewGone("the preview was of another statement, or of other values")


def _tell_begun(house: House, ready: Ready) -> None:
    with house.store.session():  # the record of it is written in it
        emit(
            DataChangeBegun(
                id=ready.id,
                connection=ready.target.name,
                query_type=ready.query_type,
                sql=without_passwords(ready.wanted.sql, ready.target.dialect)[
                    :TOLD_CHARACTERS
                ],
                sql_sha256=digest_of(ready.wanted),
            )
        )


def _changed_event(ready: Ready, change: Change) -> DataChanged:
    return DataChanged(
        id=ready.id,
        connection=ready.target.name,
        query_type=ready.query_type,
        table=_table(ready, change),
        rows=change.rows,
        sql_sha256=digest_of(ready.wanted),
    )
