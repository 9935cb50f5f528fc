"""Products out of our own SQLite file, by connections that only read."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from entrepot.catalogue.documents.claims import IMAGE_URL_TEXT
from entrepot.catalogue.serving.spec import Asked, Found, Kind, Slice

CHUNK = 1_000
"""Products of the whole list that are joined at a time."""
BUSY_SECONDS = 2.0

# What everybody may see. The signs keep SQLite from an index on status, whose rows it
# would have to sort: the pages are in the order of the ids.
PUBLIC = "+p.is_active = 1 AND +p.status IN ('active', 'synced')"
_STAMP = "SELECT generation FROM catalogue_state WHERE id = 1"
_FIND = (
    "SELECT CAST(d.document AS BLOB), p.version FROM catalogue_document d "
    "JOIN products p ON p.id = d.product_id WHERE p.id = ?"
)
_FIND_PUBLIC = f"{_FIND} AND {PUBLIC}"
_SLICE = (
    "SELECT documents, found, last, last IS NOT NULL AND EXISTS ("
    f"SELECT 1 FROM products p WHERE {PUBLIC} AND p.id > last) FROM ("
    "SELECT CAST(coalesce(group_concat(document, ','), '') AS BLOB) AS documents, "
    "count(*) AS found, max(id) AS last FROM (SELECT p.id, d.document "
    "FROM products p JOIN catalogue_document d ON d.product_id = p.id "
    f"WHERE {PUBLIC} AND p.id > ? ORDER BY p.id LIMIT ? OFFSET ?))"
)
_BRIEFS = (
    "SELECT CAST(group_concat(brief, ',') AS BLOB), max(id) FROM ("
    "SELECT p.id, json_object('id', p.id, 'name', p.name, "
    f"'description', p.description, 'image_url', {IMAGE_URL_TEXT}) AS brief "
    f"FROM products p WHERE {PUBLIC} AND p.id > ? ORDER BY p.id LIMIT ?)"
)
_ANY = "SELECT EXISTS (SELECT 1 FROM products)"
_COUNT = f"SELECT count(*) FROM products p WHERE {PUBLIC}"


class Files:
    """Open connections to one file, lent to one reader at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._idle: deque[tuple[int, sqlite3.Connection]] = deque()

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; it comes back unless something went wrong with it.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        inode = self._inode()
        connection = self._take(inode)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append((inode, connection))

    def close(self) -> None:
        """Close what nobody has."""
        while self._idle:
            self._idle.pop()[1].close()

    def _take(self, inode: int) -> sqlite3.Connection:
        with suppress(IndexError):
            while True:
                of, connection = self._idle.pop()
                if of == inode:
                    return connection
                connection.close()  # another file has the name by now
        return sqlite3.connect(
            f"{self._path.as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    def _inode(self) -> int:
        try:
            return os.stat(self._name).st_ino
        except OSError as error:
            raise sqlite3.OperationalError(f"cannot read the file: {error}") from error


@dataclass(frozen=True, slots=True)
class SqliteReader:
    """Reads by a connection that somebody holds."""

    connection: sqlite3.Connection
    stamp: str
    kind: Kind = "ours"

    def find(self, product_id: int, *, is_public: bool = True) -> Found | None:
        """Return a product's stored document."""
        if product_id >= 1 << 63:
            return None
        sql = _FIND_PUBLIC if is_public else _FIND
        row = self.connection.execute(sql, (product_id,)).fetchone()
        return None if row is None else Found(row[0], row[1])

    def read_slice(self, asked: Asked) -> Slice:
        """Return stored documents, joined by SQLite."""
        given = (asked.after, asked.limit, asked.offset)
        documents, count, last, has_more = self.connection.execute(
            _SLICE, given
        ).fetchone()
        return Slice(
            documents=documents, count=count, last_id=last, has_more=bool(has_more)
        )

    def read_briefs(self) -> Iterator[bytes]:
        """Yield every product, in one state of the file."""
        self.connection.execute("BEGIN")
        try:
            after = 0
            while True:
                sql, given = _BRIEFS, (after, CHUNK)
                joined, after = self.connection.execute(sql, given).fetchone()
                if joined is None:
                    return
                yield joined
        finally:
            self.connection.execute("COMMIT")

    def count(self, q: str = "") -> int:
        """Return how many everybody may see."""
        return int(self.connection.execute(_COUNT).fetchone()[0])

    def has_any(self) -> bool:
        """Tell whether the file has a product."""
        return bool(self.connection.execute(_ANY).fetchone()[0])


def read_stamp(connection: sqlite3.Connection) -> str:
    """Return the generation of the file's catalogue; every write changes it."""
    found = connection.execute(_STAMP).fetchone()
    return f"db-{found[0]}"
