"""Copy a SQLite database while others write to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

PAGES = 1024
"""Copied in one go, 4 MB: between two goes progress is told, also on a slow disk."""


def open_file(path: Path, query: str = "") -> sqlite3.Connection:
    """Open a database in autocommit; another thread may interrupt it.

    Args:
        query: Of SQLite's address, such as `?mode=ro`.
    """
    uri = path.absolute().as_uri() + query
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False
    )


def copy_file(
    source: sqlite3.Connection, target: Path, tell: Callable[[int, int], None]
) -> None:
    """Write what a connection sees to a file, which has no WAL and is not synced.

    A source in a read transaction is copied as of its beginning.

    Args:
        tell: Called with pages copied and pages in all; where it raises, the copy ends.
    """

    def told(status: int, remaining: int, total: int) -> None:
        tell(total - remaining, total)

    with closing(open_file(target)) as copy:
        copy.execute("PRAGMA synchronous=OFF").close()
        source.backup(copy, pages=PAGES, progress=told)
        copy.execute("PRAGMA journal_mode=DELETE").close()
