"""One read of MariaDB under our own clock, whatever the server's clock says."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pymysql.connections import Connection

from entrepot.base.deadline import Deadline, Switch
from entrepot.connections.dialects.mariadb.connect import kill
from entrepot.connections.dialects.mariadb.errors import turn
from entrepot.connections.spec import Target

GRACE_SECONDS = 0.25
"""How much longer we wait than the server, which ends a statement more gently."""


class Reading:
    """A lent connection and the time limit over the whole of its use.

    Attributes:
        is_streaming: Rows are still on their way, so that it can be asked nothing.
    """

    def __init__(
        self, connection: Connection, deadline: Deadline, target: Target
    ) -> None:
        self.connection = connection
        self.is_streaming = False
        self._deadline = deadline
        self._target = target
        self._lock = threading.RLock()

    @contextmanager
    def turned(self, sql: str = "") -> Iterator[None]:
        """Do one step, one at a time; the driver's errors come out as ours.

        Raises:
            TimedOut: The time is over.
        """
        with self._lock, self._deadline.watched(), turn(self._target, sql):
            yield


@contextmanager
def watch(
    connection: Connection,
    target: Target,
    seconds: float,
    switch: Switch | None = None,
) -> Iterator[Reading]:
    """Limit the use of a connection, which is of no more use when the limit strikes.

    The server counts each statement by itself, and a statement can lift its limit
    for itself; this limit also ends a read whose reader is slow.
    """

    def end() -> None:
        # The reader's thread owns the connection: closing it here would free memory
        # under its feet, while shutting the socket down only wakes it. The server
        # does not notice that before it has rows to send: it must be told.
        with (
            suppress(OSError, AttributeError),
            socket.socket(fileno=os.dup(connection._sock.fileno())) as wire,
        ):
            wire.shutdown(socket.SHUT_RDWR)
        kill(target, connection)

    with Deadline(seconds, end, grace_seconds=GRACE_SECONDS, switch=switch) as deadline:
        yield Reading(connection, deadline, target)
