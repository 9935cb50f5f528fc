"""Guarded connections to one SQLite file, kept open and lent one at a time."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from entrepot.base.deadline import STOPPED, Deadline, Switch
from entrepot.base.errors import Refused, Stopped, TimedOut, Unavailable
from entrepot.base.sqlite_guard import LIMITS, Guard
from entrepot.connections.dialects.sqlite.errors import out_of_time, told
from entrepot.connections.dialects.sqlite.names import quoted

VALUES = 8
"""So many of the largest values fit into the memory of a statement."""

BUSY_SECONDS = 5.0
"""The longest that a locked file is waited for."""

_OPCODES_BETWEEN_LOOKS = 20_000
"""How often SQLite looks at the clock: about every millisecond."""


_WANTS_TO_WRITE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""What opening fails with where SQLite cannot make or mend files beside the file."""


@dataclass(slots=True)
class Link:
    """One connection and its wall.

    Attributes:
        name: The file's, without its folder.
        uri: With which the file was opened.
        identity: Device and inode of the file when it was opened.
        is_immutable: It was opened without a look at locks or a log.
        schema_version: At which its virtual tables were opened.
    """

    name: str
    uri: str
    connection: sqlite3.Connection
    identity: tuple[int, int]
    is_immutable: bool = False
    schema_version: int = -1
    guard: Guard = field(init=False)
    _end: float = field(init=False, default=0.0)
    _switch: Switch | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.guard = Guard(self.connection)

    def begin(self, seconds: float, switch: Switch | None = None) -> None:
        """Begin a read transaction: all statements see one state, and stop in time."""
        self._end, self._switch = time.monotonic() + seconds, switch
        self.connection.set_progress_handler(
            lambda: self.is_stopped or time.monotonic() > self._end,
            _OPCODES_BETWEEN_LOOKS,
        )
        self._begin()

    @contextmanager
    def limited(self, memory_bytes: int | None) -> Iterator[None]:
        """Keep values, and what is made of them, to a part of a memory.

        The heap itself has one limit, of the whole process (`HEAP_BYTES`).
        """
        most = LIMITS[sqlite3.SQLITE_LIMIT_LENGTH]
        fitting = min(most, memory_bytes // VALUES) if memory_bytes else most
        self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, fitting)
        try:
            yield
        finally:
            self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)

    def renew(self) -> None:
        """Begin anew, at the state that is there now."""
        with self.guard.lifted():
            self.connection.execute("ROLLBACK")
        self._begin()

    def _begin(self) -> None:
        self.connection.text_factory = _replacing
        with self.guard.lifted():
            self.connection.execute("BEGIN")
            (version,) = self.connection.execute("PRAGMA schema_version").fetchone()
            if version != self.schema_version:
                _open_virtual_tables(self.connection)
                self.schema_version = version

    @property
    def is_stopped(self) -> bool:
        """Tell whether somebody has pulled the switch of this read."""
        return self._switch is not None and self._switch.is_pulled

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Say of a read that was stopped that it was, and not that it was slow."""
        try:
            yield
        except TimedOut:
            if self.is_stopped:
                raise Stopped(STOPPED) from None
            raise

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Also stop what makes few steps that take long, as giant texts do."""
        seconds = max(self._end - time.monotonic(), 0.001)
        with Deadline(seconds, self.connection.interrupt, switch=self._switch):
            yield

    def check_time(self) -> None:
        """Raise `TimedOut` if the time is over, also while nothing runs."""
        if self.is_stopped:
            raise Stopped(STOPPED)
        if time.monotonic() > self._end:
            raise out_of_time(self.name)

    def finish(self) -> None:
        """End the transaction and the time limit."""
        self.connection.set_progress_handler(None, 0)
        if self.connection.in_transaction:
            with self.guard.lifted():
                self.connection.execute("ROLLBACK")


class Pool:
    """At most `count` links to a file; each use sees the file that is there now."""

    def __init__(self, path: Path, count: int, wait_seconds: float) -> None:
        self.path = path
        self._wait_seconds = wait_seconds
        self._free = threading.BoundedSemaphore(count)
        self._count = count
        self._idle: list[Link] = []
        self._closings = 0

    @contextmanager
    def lend(self, seconds: float, switch: Switch | None = None) -> Iterator[Link]:
        """Lend a link in a read transaction that may last so many seconds.

        Raises:
            Unavailable: The file is not there, or locked, or all links are lent.
            Refused: The file is not a database.
        """
        if not self._free.acquire(timeout=self._wait_seconds):
            raise Unavailable(
                f"all {self._count} connections to {self.path.name} are in use",
                hint="try again when other reads have finished",
            )
        try:
            closings = self._closings
            with told(self.path.name):
                link = self._take()
            try:
                with told(self.path.name):
                    link.begin(seconds, switch)
                with link.stoppable():
                    yield link
            finally:
                self._give_back(link, closings)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close what is idle now, and what is lent as soon as it comes back."""
        self._closings += 1
        while self._idle:
            self._idle.pop().connection.close()

    def _take(self) -> Link:
        identity = identity_of(self.path)
        while self._idle:
            with suppress(IndexError):  # another thread was quicker
                link = self._idle.pop()
                if link.identity == identity and not self._has_log(link):
                    return link
                link.connection.close()
        return _open_link(self.path, identity, self._wait_seconds)

    def _has_log(self, link: Link) -> bool:
        return link.is_immutable and _log(self.path).exists()

    def _give_back(self, link: Link, closings: int) -> None:
        try:
            link.finish()
        except sqlite3.Error:
            link.connection.close()
            return
        if closings == self._closings:
            self._idle.append(link)
        else:
            link.connection.close()


def _replacing(raw: bytes) -> str:
    """Return a name as text though it may not be UTF-8."""
    return raw.decode(errors="replace")


def identity_of(path: Path) -> tuple[int, int]:
    """Return device and inode of a regular file; anything else could block us."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        hint = "put the file back, or remove the connection"
        raise Unavailable(f"the file {path.name} is not there", hint=hint) from error
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{path.name} is not a file")
    return found.st_dev, found.st_ino


def _open_link(path: Path, identity: tuple[int, int], wait_seconds: float) -> Link:
    uri, seconds = f"{path.as_uri()}?mode=ro", min(wait_seconds, BUSY_SECONDS)
    try:
        return Link(path.name, uri, _connect(uri, seconds), identity)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _WANTS_TO_WRITE:
            raise
        if not _is_alone(path):
            raise _not_alone(path.name) from error
    # A database in WAL mode wants to make files beside itself, and the folder does
    # not let it. With no log there, the file alone is the whole state.
    uri += "&immutable=1"
    return Link(path.name, uri, _connect(uri, seconds), identity, is_immutable=True)


def _connect(uri: str, seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=seconds,
        isolation_level=None,
        check_same_thread=False,
        # A statement from the cache would not pass the authorizer again.
        cached_statements=0,
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _is_alone(path: Path) -> bool:
    """Say whether the file can be read and has no log or journal beside it."""
    journal = path.with_name(f"{path.name}-journal")
    is_readable = os.access(path, os.R_OK, effective_ids=True)
    return is_readable and not _log(path).exists() and not journal.exists()


def _not_alone(name: str) -> Unavailable:
    return Unavailable(
        f"{name} cannot be read now",
        hint="let this process read the file, and write to its folder if it has a log",
    )


def _open_virtual_tables(connection: sqlite3.Connection) -> None:
    """Open each once: some prepare statements then that the wall would stop."""
    found = connection.execute(
        "SELECT name FROM sqlite_master"
        " WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL %'"
    )
    for (name,) in found.fetchall():
        # A table whose module this SQLite lacks says so to whoever reads it.
        with suppress(sqlite3.OperationalError):
            connection.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 0").close()
