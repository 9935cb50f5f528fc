"""One read of PostgreSQL under our own clock, whatever the server's clock says."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg

from entrepot.base.deadline import Deadline, Switch
from entrepot.connections.dialects.postgresql.errors import turn
from entrepot.connections.spec import Target

GRACE_SECONDS = 0.25
"""How much longer we wait than the server, which ends a statement more gently."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A lent connection and the time limit over the whole of its use."""

    connection: psycopg.Connection
    deadline: Deadline
    target: Target

    @contextmanager
    def turned(self) -> Iterator[None]:
        """Do one step; the driver's errors come out as ours.

        Raises:
            TimedOut: The time is over.
        """
        with self.deadline.watched(), turn(self.target):
            yield


@contextmanager
def watch(
    connection: psycopg.Connection,
    target: Target,
    seconds: float,
    switch: Switch | None = None,
) -> Iterator[Reading]:
    """Limit the use of a connection, which is of no more use when the limit strikes.

    The server counts each statement by itself, and a statement can lift its limit
    for the next ones; this limit also ends a read whose reader is slow.
    """

    def end() -> None:
        with suppress(psycopg.Error):
            connection.cancel_safe(timeout=1)
        # The reader's thread owns the connection: closing it here would free memory
        # under its feet, while shutting the socket down only wakes it.
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(connection.fileno())) as wire,
        ):
            wire.shutdown(socket.SHUT_RDWR)

    with Deadline(seconds, end, grace_seconds=GRACE_SECONDS, switch=switch) as deadline:
        yield Reading(connection, deadline, target)
