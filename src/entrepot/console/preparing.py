"""What is checked before a statement runs, and the row that says it begins."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.connections import (
    Database,
    Target,
    enter,
    list_connections,
    sql_dialect,
)
from entrepot.console import limits, records, statements
from entrepot.console.binding import Bound, bind
from entrepot.console.spec import Kind, Wanted
from entrepot.console.stopping import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A run that is about to begin: written down, and nothing asked of its database."""

    id: str
    wanted: Wanted
    kind: Kind
    query_type: str
    target: Target
    database: Database
    bound: Bound
    live: Live
    max_rows: int
    seconds: float
    most_bytes: limits.Limit
    memory: limits.Limit
    connect_ms: float
    started_at: datetime


def find_connection(house: House, name: str) -> str:
    """Return the connection that is meant: the one named, or the only one.

    Raises:
        Invalid: None is named, and there is not just one.
    """
    if name:
        return name
    names = [found.name for found in list_connections(house)]
    if len(names) == 1:
        return names[0]
    if "default" in names:
        return "default"
    raise Invalid(
        "name a connection",
        hint=f"one of {', '.join(names[:20])}" if names else "register one first",
        known=names[:100],
    )


def prepare(
    house: House,
    who: Identity,
    wanted: Wanted,
    *,
    kind: Kind = "read",
    is_watched: bool = False,
    id: str = "",
) -> Ready:
    """Check what is wanted, and write down that it begins.

    Raises:
        NotThere: There is no such connection.
        Invalid: The statement, its values or its limits cannot be right.
        TooManyRuns: The person has too many running.
    """
    began = time.perf_counter()
    target, database, bound = _understand(house, wanted)
    is_answer = not is_watched
    id = id or str(uuid4())
    ready = Ready(
        id=id,
        wanted=wanted,
        kind=kind,
        query_type=statements.query_type(wanted.sql, target.dialect),
        target=target,
        database=database,
        bound=bound,
        live=Live(id, is_watched),
        max_rows=limits.most_rows(house, who, wanted, is_answer=is_answer),
        seconds=limits.most_seconds(house, who, wanted, target.name),
        most_bytes=limits.most_bytes(house, who, is_answer=is_answer),
        memory=limits.most_memory(house, who),
        connect_ms=ms_since(began),
        started_at=now(),
    )
    _write_down(house, who, ready)
    return ready


def _understand(house: House, wanted: Wanted) -> tuple[Target, Database, Bound]:
    statements.check_text(wanted.sql)
    target, database = enter(house, find_connection(house, wanted.connection))
    statements.check(wanted.sql, target.dialect)
    paramstyle = sql_dialect(target.dialect).paramstyle
    bound = bind(
        wanted.sql, wanted.params, dialect=target.dialect, paramstyle=paramstyle
    )
    return target, database, bound


def _write_down(house: House, who: Identity, ready: Ready) -> None:
    params = ready.wanted.params
    row = records.new_row(
        id=ready.id,
        kind=ready.kind,
        query_type=ready.query_type,
        connection=ready.target.name,
        sql=ready.wanted.sql,
        params=dict(params) if isinstance(params, dict) else list(params),
        query_id=ready.wanted.query_id,
        by=who.name,
        is_watched=ready.live.is_watched,
        at=ready.started_at,
    )
    records.begin(house, row, most=limits.most_runs(house, who))


def ms_since(began: float) -> float:
    """Return the milliseconds since a moment of `time.perf_counter`."""
    return round((time.perf_counter() - began) * 1000, 3)
