"""The catalogue's version row: one number that every write raises."""

from __future__ import annotations

import time

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from entrepot.catalogue.record_models import State


def bump(session: Session) -> None:
    """Raise the generation, in the caller's transaction; late in it is best.

    It follows the clock in milliseconds, so that a database which a backup brought
    back never gives a number again that another content had.
    """
    at_least = time.time_ns() // 1_000_000
    raised = State.generation + 1
    session.connection().execute(
        update(State.__table__)  # type: ignore[arg-type]  # a mapped class has a Table
        .where(State.id == 1)
        .values(generation=case((raised < at_least, at_least), else_=raised))
    )


def read_generation(session: Session) -> int:
    """Return the generation that the session sees."""
    return session.scalar(select(State.generation).where(State.id == 1)) or 0
