"""Who changes the tree: one session after the other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from entrepot.catalogue.category_models import Category


def take_turn(session: Session) -> None:
    """Wait until no other session changes the tree; readers go on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE categories IN SHARE ROW EXCLUSIVE MODE"))
        forget(session)
    # On SQLite a session that writes is alone from its beginning.


def forget(session: Session) -> None:
    """Let the loaded categories be read anew."""
    loaded: Iterable[object] = list(session.identity_map.values())
    for thing in loaded:
        if isinstance(thing, Category) and not session.is_modified(thing):
            session.expire(thing)
