"""Rows put into our own database where another process may be quicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.base.store import Model


def insert_into(
    session: Session, table: type[Model]
) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that can say what becomes of a row that is there already."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


ROWS = 500
"""Of one statement."""


def add_up(
    session: Session,
    table: type[Model],
    rows: Sequence[Mapping[str, object]],
    *,
    replaces: tuple[str, ...] = (),
) -> None:
    """Put rows in; where one is there already, its `count` grows by the new one's.

    Args:
        rows: In one order everywhere, no key twice.
        replaces: Columns that the new row's take the place of.
    """
    keys = [column.name for column in table.__table__.primary_key]
    for begin in range(0, len(rows), ROWS):
        new = insert_into(session, table).values(rows[begin : begin + ROWS])
        grown = table.__table__.c.count + new.excluded.count
        values = {"count": grown} | {name: new.excluded[name] for name in replaces}
        session.execute(new.on_conflict_do_update(index_elements=keys, set_=values))
