"""Connections to PostgreSQL that are made, tried and given up where no request waits.

One thread keeps them: it connects, asks every second whether the server still answers,
and while it does not tries again every few seconds. A request takes a connection that
is ready, or is told at once that there is none.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.pq import ExecStatus

from entrepot.catalogue.errors import DatabaseAway, NoProductsTable
from entrepot.catalogue.serving.layouts import look_at
from entrepot.catalogue.serving.postgresql import Statements

CONNECT_SECONDS = 3
WATCH_SECONDS = 1.0
"""Between two looks at a server that answers, and what an answer may take."""
PATIENCE_SECONDS = 0.04
"""What a request waits at the most where nothing was tried yet."""
TURN_SECONDS = 3.0
"""What it waits for others to give a connection back, while the server answers."""
UNTRIED = "nothing was tried yet"
READ_SECONDS = 20
"""Of one statement, told to the server."""


@dataclass(slots=True)
class _State:
    """What the keeper found; `why` is empty while the server answers."""

    statements: Statements | None = None
    why: str = UNTRIED
    is_tried: bool = False
    count: int = 0
    watcher: psycopg.Connection | None = None
    idle: list[psycopg.Connection] = field(default_factory=list)
    busy: set[psycopg.Connection] = field(default_factory=set)


class Lines:
    """The connections of one process to one database."""

    def __init__(
        self, given: Mapping[str, Any], *, most: int, pause_seconds: float
    ) -> None:
        self._given = given
        self._most = most
        self._pause_seconds = pause_seconds
        self._state = _State()
        self._changed = threading.Condition()
        self._wanted = threading.Event()
        self._ends = False
        self._thread = threading.Thread(
            target=self._keep, name="catalogue", daemon=True
        )
        self._thread.start()

    @property
    def is_up(self) -> bool:
        """Tell whether the server answered at the last look."""
        return self._state.statements is not None

    def wait_until_tried(self, seconds: float = CONNECT_SECONDS + 1) -> None:
        """Wait for the first attempt's end; for a start, not for a request."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.is_tried, seconds)

    @contextmanager
    def lend(self) -> Iterator[tuple[psycopg.Connection, Statements]]:
        """Give a connection and the statements for what is there.

        Raises:
            DatabaseAway: There is none, or it broke.
        """
        connection, statements = self._take()
        try:
            yield connection, statements
        except psycopg.Error as error:
            self._drop(connection)
            if not isinstance(error, psycopg.errors.QueryCanceled):
                self._give_up(told(error))
                self._wanted.set()
            raise DatabaseAway(told(error)) from error
        except BaseException:
            self._drop(connection)
            raise
        self._give_back(connection)

    def close(self) -> None:
        """End the keeper, and close every connection."""
        self._ends = True
        self._wanted.set()
        if self._thread is not threading.current_thread():
            self._thread.join(CONNECT_SECONDS + WATCH_SECONDS + 1)
        self._give_up("closed")

    def _take(self) -> tuple[psycopg.Connection, Statements]:
        with self._changed:
            if not self._state.idle and self._state.why in ("", UNTRIED):
                self._wanted.set()
                wait = TURN_SECONDS if self.is_up else PATIENCE_SECONDS
                self._changed.wait_for(self._is_settled, wait)
            state = self._state
            if state.statements is None:
                raise DatabaseAway(state.why)
            if not state.idle:
                raise DatabaseAway("all its connections are in use")
            connection = state.idle.pop()
            state.busy.add(connection)
            return connection, state.statements

    def _is_settled(self) -> bool:
        return bool(self._state.idle) or self._state.why not in ("", UNTRIED)

    def _give_back(self, connection: psycopg.Connection) -> None:
        with self._changed:
            if connection in self._state.busy:
                self._state.busy.discard(connection)
                self._state.idle.append(connection)
                self._changed.notify()
                return
        connection.close()  # it was given up meanwhile

    def _drop(self, connection: psycopg.Connection) -> None:
        with self._changed:
            if connection in self._state.busy:
                self._state.busy.discard(connection)
                self._state.count -= 1
        connection.close()

    def _give_up(self, why: str) -> None:
        with self._changed:
            old, self._state = self._state, _State(why=why, is_tried=True)
            self._changed.notify_all()
        for connection in filter(None, [old.watcher, *old.idle]):
            connection.close()
        for connection in old.busy:  # whoever reads there wakes up and falls back
            with suppress(OSError, psycopg.Error):
                _hang_up(connection)

    def _keep(self) -> None:
        while not self._ends:
            if not self.is_up:
                self._try()
                self._rest(WATCH_SECONDS if self.is_up else self._pause_seconds)
            else:
                self._watch()
                self._rest(WATCH_SECONDS if self.is_up else self._pause_seconds)

    def _rest(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not self._ends and (left := ends - time.monotonic()) > 0:
            if self._wanted.wait(left):
                self._wanted.clear()
                if self.is_up:
                    self._grow()

    def _try(self) -> None:
        """Connect and look what is there; one connection is ready then."""
        with ExitStack() as opened:
            try:
                watcher = opened.enter_context(closing(self._connect()))
                statements = Statements(look_at(watcher))
                connection = opened.enter_context(closing(self._connect()))
            except (psycopg.Error, NoProductsTable) as error:
                self._give_up(told(error))
                return
            opened.pop_all()  # they stay open
        state = _State(statements=statements, why="", is_tried=True, watcher=watcher)
        state.idle.append(connection)
        state.count = 1
        with self._changed:  # what stood there has no connection left
            self._state = state
            self._changed.notify_all()

    def _grow(self) -> None:
        with self._changed:
            state = self._state
            if state.idle or state.count >= self._most:
                return
        try:
            connection = self._connect()
        except psycopg.Error as error:
            self._give_up(told(error))
            return
        with self._changed:
            self._state.count += 1
            self._state.idle.append(connection)
            self._changed.notify()

    def _watch(self) -> None:
        """Give the server up when it does not answer any more."""
        watcher = self._state.watcher
        if watcher is not None and not _answers(watcher):
            self._give_up("the server does not answer")

    def _connect(self) -> psycopg.Connection:
        connection = psycopg.connect(
            **self._given,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            options=f"-c statement_timeout={READ_SECONDS * 1000} "
            "-c default_transaction_read_only=on",
        )
        connection.prepare_threshold = 1
        return connection


def told(error: Exception) -> str:
    """Return the first line of an error; a driver's has no password in it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _answers(connection: psycopg.Connection) -> bool:
    """Ask one thing of a server that may be frozen: nothing waits for ever here."""
    raw, ends = connection.pgconn, time.monotonic() + WATCH_SECONDS
    try:
        raw.send_query(b"SELECT 1")
        while True:
            if not select.select(
                [raw.socket], [], [], max(0.0, ends - time.monotonic())
            )[0]:
                return False
            raw.consume_input()
            while not raw.is_busy():
                result = raw.get_result()
                if result is None:
                    return True
                if result.status == ExecStatus.FATAL_ERROR:
                    return False
    except (psycopg.Error, OSError, ValueError):
        return False


def _hang_up(connection: psycopg.Connection) -> None:
    copy = os.dup(connection.pgconn.socket)
    with socket.socket(fileno=copy) as line:
        line.shutdown(socket.SHUT_RDWR)
