"""An audit trail to be tampered with, and hands that do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import text

from entrepot.base.events import Event, emit

GUARDS = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS accounts_audit_no_UPDATE",
        "DROP TRIGGER IF EXISTS accounts_audit_no_DELETE",
    ],
    "postgresql": [
        "DROP TRIGGER IF EXISTS accounts_audit_only_grows ON accounts_audit"
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Event):
    """Somebody tried something."""

    audited: ClassVar[bool] = True

    what: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Whispered(Event):
    """Nobody is to remember this."""

    what: str


def act(count: int) -> None:
    """Do so many things, one after the other."""
    for number in range(count):
        emit(Tried(what="door", count=number))


def tamper(house, *statements: str) -> None:
    """Run statements as somebody who may do anything in the database."""
    dialect = house.store.engine.dialect.name
    with house.store.session() as session:
        for statement in (*GUARDS[dialect], *statements):
            session.execute(text(statement))


def rows(house) -> list[dict[str, object]]:
    """Return the table as it is, in order."""
    with house.store.read_session() as session:
        found = session.execute(text("SELECT * FROM accounts_audit ORDER BY id"))
        return [dict(row) for row in found.mappings()]
