"""A query on our own SQLite file, behind the wall that guards registered files."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from entrepot.base.errors import Denied
from entrepot.base.sqlite_guard import Guard
from entrepot.base.store import Store
from entrepot.operations.trials.query import SHOWN_ROWS, Asked, Found, failed
from entrepot.operations.trials.secrecy import is_hidden

CELL_BYTES = 1_000_000
"""The largest value, and the longest that a query may build."""

_OPCODES = 10_000

# SQLite asks its authorizer about no column that USING and NATURAL name, so a FULL JOIN
# by them would show what is hidden. Refused in texts and comments too: words can be
# counted, what they mean only SQLite knows.
_UNSEEN = re.compile(r"\b(using|natural)\b", re.IGNORECASE)


def run(store: Store, asked: Asked) -> Found:
    """Run it; the file is opened for reading, and left alone after.

    Raises:
        QueryFailed: It is no SELECT, or reaches for what is hidden.
        sqlite3.Error: It is wrong, or the time is over ("interrupted").
    """
    unseen = _UNSEEN.search(asked.query)
    if unseen:
        word = unseen[0].upper()
        raise failed(asked.query, f"{word} is not allowed here", "join by ON")
    path = Path(str(store.url.database)).absolute()
    link = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1.0)
    with closing(link):
        link.isolation_level = None
        link.text_factory = partial(str, encoding="utf-8", errors="replace")
        guard = Guard(link, hides=partial(is_hidden, is_admin=asked.is_admin))
        link.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL_BYTES)
        ends = time.monotonic() + asked.seconds
        link.set_progress_handler(lambda: time.monotonic() > ends, _OPCODES)
        try:
            guard.examine(asked.query, ())
        except Denied as error:
            raise failed(asked.query, error.detail, error.hint) from error
        cursor = link.execute(asked.query)
        rows = cursor.fetchmany(SHOWN_ROWS + 1)
        return Found([column[0] for column in cursor.description], rows)
