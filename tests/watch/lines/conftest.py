"""Lines put into the log's file, as the writer puts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime

import pytest

from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


def entry(seconds=0.0, level="INFO", logger="entrepot.feeds", message="m", **others):
    """A line so many seconds after noon."""
    return Entry(NOON + seconds, level, logger, message, **others)


@pytest.fixture
def fill(house) -> Callable[[Iterable[Entry]], int]:
    """Put lines into the house's log; tell the last one's number."""

    def put(entries: Iterable[Entry]) -> int:
        with closing(open_to_write(log_store(house).path)) as connection:
            return add_entries(connection, entries)

    return put
