"""The log's file held open by whoever writes it, through whatever happens to it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from entrepot.base.store_errors import find_trouble
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.rows import Row
from entrepot.watch.spec import Entry

BUSY_SECONDS = 1.0
"""How long one try waits for other writers; the next one comes soon."""
_WORDS_DAMAGED = 267  # SQLITE_CORRUPT_VTAB
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

Identity = tuple[int, int] | None
E = TypeVar("E")
"""What goes into a file: lines, or parts of traces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Generic[E]):
    """What a file of ours holds: how it is opened, and filled.

    Attributes:
        add: Puts entries, and rows of samples, into it in one transaction.
        storable: Returns an entry of values that it can hold in any case.
        weight: Returns about how many bytes an entry takes of memory.
    """

    open: Callable[..., sqlite3.Connection]
    add: Callable[[sqlite3.Connection, Sequence[E], Iterable[Row]], object]
    storable: Callable[[E], E]
    weight: Callable[[E], int]


class OpenedFile(Generic[E]):
    """Puts entries into a file that may be deleted, replaced or damaged meanwhile."""

    def __init__(self, path: Path, content: Content[E]) -> None:
        self.path = path
        self._content = content
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[Identity, Identity] = (None, None)

    def add(self, entries: list[E], samples: Iterable[Row]) -> int:
        """Put lines into the file; return how many could not be told in it at all.

        Raises:
            OSError, sqlite3.Error: It cannot be written now; nothing of them went in.
        """
        try:
            return self._add(entries, samples)
        except (OSError, sqlite3.OperationalError) as error:
            if find_trouble(error) is None or not _is_busy(error):
                self.close()  # a file that was replaced, or lost its tables, opens anew
            raise

    def move_aside(self, at: float) -> Path:
        """Give a damaged file another name, so that a new one is made.

        Raises:
            OSError: It cannot be moved.
        """
        is_ours = self._seen[0] in (None, _identity(self.path))
        self.close()
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        aside = self.path.with_name(f"{self.path.stem}.broken-{stamp}.db")
        if is_ours:  # else another process has done it already
            os.replace(self.path, aside)
            for end in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.replace(f"{self.path}{end}", f"{aside}{end}")
        return aside

    def rebuild_words(self) -> None:
        """Make the index of words anew from the lines.

        Raises:
            sqlite3.Error: That does not help.
        """
        if self._connection is not None:
            rebuild = "INSERT INTO logs_words (logs_words) VALUES ('rebuild')"
            self._connection.execute(rebuild)

    def close(self) -> None:
        """Let the file go."""
        connection, self._connection = self._connection, None
        self._seen = (None, None)
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def leave(self) -> object:
        """Return the connection, never to be closed here: this is a forked child."""
        connection, self._connection = self._connection, None
        self._seen = (None, None)
        return connection

    def _add(self, entries: list[E], samples: Iterable[Row]) -> int:
        connection = self._open()
        samples = list(samples)
        try:
            self._content.add(connection, entries, samples)
        except (OSError, sqlite3.OperationalError):
            raise
        except sqlite3.DatabaseError as error:
            if is_damaged(error) or has_damaged_words(error):
                raise
        except (ValueError, TypeError, OverflowError):
            pass
        else:
            self._look()
            return 0
        return self._add_each(connection, entries)

    def _add_each(self, connection: sqlite3.Connection, entries: list[E]) -> int:
        """Put in one by one what SQLite would not take together."""
        refused = 0
        for entry in entries:
            try:
                self._content.add(connection, [self._content.storable(entry)], ())
            except (OSError, sqlite3.OperationalError):
                refused += 1
            except (sqlite3.Error, ValueError, TypeError, OverflowError):
                refused += 1
        self._look()
        return refused

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._seen != self._identities():
            self.close()  # we would write into a file that has no name any more
        if self._connection is None:
            self._connection = self._content.open(self.path, busy_seconds=BUSY_SECONDS)
            self._look()
        return self._connection

    def _look(self) -> None:
        self._seen = self._identities()

    def _identities(self) -> tuple[Identity, Identity]:
        return _identity(self.path), _identity(Path(f"{self.path}-wal"))


def weight_of(entry: Entry) -> int:
    """Return about how many bytes a line's texts take."""
    size = len(entry.message) + len(entry.stack_trace)
    if entry.fields:
        size += sum(len(v) for v in entry.fields.values() if isinstance(v, str))
    return size


def is_damaged(error: BaseException) -> bool:
    """Tell whether the file is no database, or not a whole one."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED and code != _WORDS_DAMAGED


def has_damaged_words(error: BaseException) -> bool:
    """Tell whether the index of words alone is damaged."""
    return getattr(error, "sqlite_errorcode", None) == _WORDS_DAMAGED


def storable(entry: Entry) -> Entry:
    """Return a line of values that the file can hold, whatever the caller gave."""
    texts = {
        name: _text(value)
        for name, value in entry._asdict().items()
        if name not in ("at", "user_id", "status_code", "duration_ms", "fields")
    }
    numbers = {
        name: _number(getattr(entry, name)) for name in ("user_id", "status_code")
    }
    at = entry.at if 0 <= entry.at < 253402300800 else time.time()
    fields = {_text(k): _text(v) for k, v in (entry.fields or {}).items()}
    return entry._replace(**texts, **numbers, at=at, fields=fields)  # type: ignore[arg-type]  # by name


LINES = Content(
    open=open_to_write, add=add_entries, storable=storable, weight=weight_of
)
"""What the log's file holds."""


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**63 else None


def _is_busy(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _identity(path: Path) -> Identity:
    with suppress(OSError):
        found = os.stat(path)
        return found.st_dev, found.st_ino
    return None
