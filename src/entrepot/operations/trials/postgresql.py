"""A query on our own PostgreSQL: its READ ONLY transaction is the wall.

Our role owns its tables, so the transaction does not keep it from reading secrets, nor
from calling functions that reach outside. Therefore a gate stands before it: only a
query that parses as one SELECT, of known tables and functions, passes, and what runs
is written anew from what was parsed, so that both mean the same.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from typing import Any, cast

import psycopg

from entrepot.base.deadline import Deadline
from entrepot.base.store import Store
from entrepot.base.store_engine import connect_args
from entrepot.operations.trials.gate import Known, checked
from entrepot.operations.trials.query import SHOWN_ROWS, Asked, Found
from entrepot.operations.trials.secrecy import is_hidden, is_secret

GRACE_SECONDS = 0.25
"""How much longer we wait than the server, which ends a statement more gently."""

_COLUMNS = """
    SELECT c.relname, a.attname,
           c.relkind IN ('r', 'p') AND n.nspname = current_schema()
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE pg_table_is_visible(c.oid)
"""


def run(store: Store, asked: Asked) -> Found:
    """Run it in a READ ONLY transaction on a connection of its own, and roll back.

    Raises:
        QueryFailed: It does not pass the gate.
        TimedOut: The time is over.
        psycopg.Error: It is wrong, or the server does not answer.
    """
    with _connected(store, asked.seconds) as link:

        def stop() -> None:
            with suppress(psycopg.Error):
                link.cancel_safe(timeout=1)
            # Closing would free memory under the reader's feet; this only wakes it.
            with (
                suppress(OSError, psycopg.Error),
                socket.socket(fileno=os.dup(link.fileno())) as wire,
            ):
                wire.shutdown(socket.SHUT_RDWR)

        deadline = Deadline(asked.seconds, stop, grace_seconds=GRACE_SECONDS)
        with deadline, deadline.watched():
            query = checked(asked.query, _known(link, is_admin=asked.is_admin))
            found = _read(link, query)
            link.rollback()
        return found


@contextmanager
def _connected(store: Store, seconds: float) -> Generator[psycopg.Connection]:
    url = store.url
    parts: dict[str, Any] = dict(
        url.translate_connect_args(username="user", database="dbname")
    )
    limit = f"-c statement_timeout={int(seconds * 1000)}"
    options = f"{limit} -c default_transaction_read_only=on -c lock_timeout=2000"
    args = {**parts, **url.query, **connect_args(store.settings, url)}
    patience = max(2, min(int(seconds), args["connect_timeout"]))
    args |= {"options": options, "connect_timeout": patience}
    link = psycopg.connect(**args)
    with closing(link):
        link.read_only = True
        yield link


def _known(link: psycopg.Connection, *, is_admin: bool) -> Known:
    """Return the tables that may be read, and every name that means something here."""
    columns: dict[str, list[str]] = {}
    ours: set[str] = set()
    for table, column, is_ours in link.execute(_COLUMNS, prepare=True):
        columns.setdefault(table, []).append(column or "")
        if is_ours:
            ours.add(table)
    # A whole row can be turned into text, so a secret column hides its table.
    readable = {
        table
        for table in ours
        if not is_hidden(table, "", is_admin=is_admin)
        and not any(is_secret(table, column) for column in columns[table])
    }
    return Known(readable=frozenset(readable), visible=frozenset(columns))


def _read(link: psycopg.Connection, query: str) -> Found:
    cursor = psycopg.RawCursor(link)
    # `stream` always speaks the extended protocol, which runs one statement.
    rows = cast("Generator[tuple[object, ...]]", cursor.stream(query.encode()))
    with closing(rows):
        taken = [row for _, row in zip(range(SHOWN_ROWS + 1), rows, strict=False)]
        names = [column.name for column in cursor.description or ()]
    return Found(names, taken)
