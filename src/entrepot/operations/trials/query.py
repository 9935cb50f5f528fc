"""One query of somebody's own on our own database, which it cannot change."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from entrepot.base.errors import EntrepotError, Throttled, TimedOut
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.store import Store
from entrepot.base.store_engine import is_sqlite
from entrepot.base.store_errors import explain
from entrepot.operations.errors import QueryFailed, QueryTooSlow
from entrepot.operations.events import DatabaseTested

SHOWN_ROWS = 10
AT_ONCE_COUNT = 4
"""Queries that a process runs at once: each has a connection beside the pool."""
TOLD_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave: names, and at most one row more than is shown."""

    names: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTrial:
    """What came of a query.

    Attributes:
        execution_time: Seconds.
        row_count: How many rows are shown.
        truncated: There are more.
    """

    query: str
    execution_time: float
    row_count: int
    results: list[dict[str, object]]
    truncated: bool
    status: Literal["success"] = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query, and who asks it."""

    query: str
    seconds: float
    is_admin: bool


class _Turns:
    """So many at once, in one process."""

    def __init__(self) -> None:
        self.free = threading.BoundedSemaphore(AT_ONCE_COUNT)

    def close(self) -> None:
        """Nothing is held open."""


def try_query(house: House, asked: Asked) -> DatabaseTrial:
    """Run one SELECT on a connection of its own and give the first ten rows.

    Whatever the text says, nothing is written: SQLite's file is opened for reading,
    PostgreSQL's transaction is READ ONLY and rolled back.

    Raises:
        QueryFailed: It is no SELECT, is wrong, or reaches for what is hidden.
        QueryTooSlow: The time is over.
        DatabaseConnectionError: Our own database does not answer.
        Throttled: Too many run at once.
    """
    turns = house.shelf.get(_Turns, _Turns)
    if not turns.free.acquire(timeout=1.0):
        raise Throttled(f"{AT_ONCE_COUNT} queries run already", retry_after_seconds=5)
    try:
        began = time.perf_counter()
        found = _run(house.store, asked)
        took = time.perf_counter() - began
    except (QueryFailed, QueryTooSlow):
        # An error can tell a value too, and a slow query has read what it could.
        _record(house, asked.query, rows=0, outcome="failed")
        raise
    finally:
        turns.free.release()
    trial = DatabaseTrial(
        query=asked.query,
        execution_time=round(took, 6),
        row_count=min(len(found.rows), SHOWN_ROWS),
        results=_rendered(found),
        truncated=len(found.rows) > SHOWN_ROWS,
    )
    _record(house, trial.query, rows=trial.row_count, outcome="success")
    return trial


def failed(query: str, why: str, hint: str | None = None) -> QueryFailed:
    """Return the error of a query that did not run."""
    data = {"query": query, "status": "failed"}
    return QueryFailed(why, hint=hint, data=data)


def _runner(store: Store) -> Callable[[Store, Asked], Found]:
    if is_sqlite(store.url):
        from entrepot.operations.trials.sqlite import run

        return run
    from entrepot.operations.trials.postgresql import run as run_on_server

    return run_on_server


def _run(store: Store, asked: Asked) -> Found:
    try:
        return _runner(store)(store, asked)
    except TimedOut as error:
        raise _too_slow(asked) from error
    except EntrepotError:
        raise
    except Exception as error:
        explained = explain(error)
        if isinstance(explained, TimedOut):
            raise _too_slow(asked) from error
        if explained is not None:
            raise explained from error
        raise failed(asked.query, _words(error)) from error


def _too_slow(asked: Asked) -> QueryTooSlow:
    return QueryTooSlow(
        f"the query took longer than its {asked.seconds:g} seconds",
        data={"query": asked.query, "status": "failed"},
    )


def _words(error: Exception) -> str:
    """Return what the database says is wrong with the query, on one line."""
    diagnosis = getattr(error, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or str(error)
    return (said.splitlines() or ["it did not run"])[0][:TOLD_CHARACTERS]


def _rendered(found: Found) -> list[dict[str, object]]:
    from entrepot.base.columns import column_array
    from entrepot.base.json_values import json_column

    rows = found.rows[:SHOWN_ROWS]
    names = _apart(found.names)
    columns = [
        json_column(column_array([row[place] for row in rows]))
        for place in range(len(names))
    ]
    return [
        {name: column[at] for name, column in zip(names, columns, strict=True)}
        for at in range(len(rows))
    ]


def _apart(names: Sequence[str]) -> list[str]:
    """Return the names with `_2`, `_3` behind those that were there before."""
    taken: list[str] = []
    for name in names:
        new, number = name, 1
        while new in taken:
            number += 1
            new = f"{name}_{number}"
        taken.append(new)
    return taken


def _record(
    house: House, query: str, *, rows: int, outcome: Literal["success", "failed"]
) -> None:
    digest = hashlib.sha256(query.encode()).hexdigest()
    with house.store.session():  # the record is written in it
        emit(
            DatabaseTested(
                sql_sha256=digest,
                sql=query[:TOLD_CHARACTERS],
                rows=rows,
                outcome=outcome,
            )
        )
