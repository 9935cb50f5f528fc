"""One use of a connection to HANA under our own clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from entrepot.base.deadline import Deadline, Switch
from entrepot.connections.dialects.hana.driver import Connection, Cursor, load_driver
from entrepot.connections.dialects.hana.errors import turn
from entrepot.connections.spec import Target


@dataclass(slots=True)
class Reading:
    """A lent connection and the time limit over the whole of its use.

    Attributes:
        is_spoiled: It is of no more use to anybody else.
        lock: Held for each step: the driver's connections are not for two threads.
    """

    connection: Connection
    target: Target
    deadline: Deadline
    is_spoiled: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def turned(self, sql: str = "") -> Iterator[None]:
        """Do one step; the driver's errors come out as ours.

        Raises:
            TimedOut: The time is over.
            Stopped: Its switch was pulled.
        """
        with self.lock, self.deadline.watched(), turn(self.target, sql):
            yield

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """Give a cursor; it is closed here, since collecting it would hold the GIL."""
        cursor = self.connection.cursor()
        try:
            yield cursor
        finally:
            with self.lock, suppress(load_driver().Error):
                cursor.close()

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Run a question of our own and return all its rows."""
        with self.cursor() as cursor, self.turned(sql):
            run(cursor, sql, values)
            return cursor.fetchall()


def run(cursor: Cursor, sql: str, values: Sequence[object]) -> None:
    """Run one statement; without values it needs no preparing, which is a way more."""
    if values:
        cursor.execute(sql, values)
    else:
        cursor.execute(sql)


@contextmanager
def watch(
    connection: Connection,
    target: Target,
    seconds: float,
    switch: Switch | None = None,
) -> Iterator[Reading]:
    """Limit the use of a connection, which is of no more use when the limit strikes."""

    def end() -> None:
        reading.is_spoiled = True
        # By a connection of its own: ALTER SYSTEM CANCEL SESSION.
        with suppress(load_driver().Error):
            connection.cancel()

    deadline = Deadline(seconds, end, switch=switch)
    reading = Reading(connection, target, deadline)
    with deadline:
        yield reading
