"""Tell whether an SQLite file may have changed, without reading it."""

from __future__ import annotations

from pathlib import Path

COUNTER = slice(24, 28)
"""Of the file's header: counts its changes, but for those that are in the log."""

INDEX_BYTES = 48
"""Header of the log's index, which each transaction of the log changes."""


def mark_of(path: Path) -> str | None:
    """Return a text that differs whenever the rows may; None if the file is away."""
    # https://www.sqlite.org/fileformat2.html, https://www.sqlite.org/walformat.html
    try:
        found = path.stat()
        counter = _head(path, COUNTER.stop)[COUNTER].hex()
    except OSError:
        return None
    log, index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    facts = [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, counter]
    try:
        logged = log.stat()
    except FileNotFoundError:
        return "sqlite:" + ":".join(map(str, facts))
    try:
        state = _head(index, INDEX_BYTES).hex()
    except OSError:
        return None
    facts += [logged.st_size, logged.st_mtime_ns, state]
    return "sqlite:" + ":".join(map(str, facts))


def _head(path: Path, size_bytes: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size_bytes)
