"""Where products are read now: the samples, a database, or one for the other."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.exc import InterfaceError, OperationalError

from entrepot.base import events
from entrepot.base.house import House
from entrepot.base.store_engine import connect_args, is_sqlite
from entrepot.catalogue.errors import DatabaseAway
from entrepot.catalogue.events import (
    DatabaseFailed,
    DatabaseUsed,
    FallbackAnswered,
    FallenBack,
)
from entrepot.catalogue.serving import postgresql, sqlite
from entrepot.catalogue.serving import settings as knobs
from entrepot.catalogue.serving.lines import Lines
from entrepot.catalogue.serving.samples import SampleReader
from entrepot.catalogue.serving.spec import Reader

T = TypeVar("T")


class Answer(NamedTuple, Generic[T]):
    """What a step read.

    Attributes:
        where: As `X-Data-Source` says it.
        stamp: Names the state that it was read from, or an older one; empty where
            nothing does.
    """

    found: T
    where: str
    stamp: str


ELSEWHERE = (knobs.DB_HOST, knobs.DB_NAME, knobs.DB_USER, knobs.DB_PASSWORD)
FAILURES = (DatabaseAway, sqlite3.Error, InterfaceError, OperationalError)
COUNTS = 100
"""Totals of one state that are kept."""
SAMPLES, DATABASE, FALLBACK = "json", "db", "json; fallback"
"""What `X-Data-Source` says."""


class Source:
    """The source of one house's products."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._said = ""
        self._emptiness = ("", False)
        self._counts: tuple[str, dict[tuple[str, str], int]] = ("", {})
        self.wanted = house.settings[knobs.DATA_SOURCE]
        self.is_own = not is_elsewhere(house)
        url = house.store.url
        self._is_file = self.is_own and is_sqlite(url)
        self._file = Path(str(url.database)).resolve()

    @property
    def has_words(self) -> bool:
        """Tell whether the words of the database are indexed, as those of ours are."""
        return self.wanted != SAMPLES and self.is_own

    def begin(self) -> None:
        """Connect before the first request, which then finds a connection ready."""
        if self.wanted == DATABASE:
            self.settle()

    def settle(self) -> None:
        """Wait until the database was tried once, if it is PostgreSQL that is read."""
        if self.wanted != SAMPLES and not self._is_file:
            self._lines().wait_until_tried()

    def read(self, step: Callable[[Reader], T]) -> Answer[T]:
        """Return what a step reads, and where it read it.

        A database that cannot be read is told of once, and stood in for by the samples
        until it can.
        """
        if self.wanted == SAMPLES:
            return Answer(step(SampleReader()), SAMPLES, SAMPLES)
        try:
            with self.open_database() as reader:
                is_samples = not self.wanted and self._is_empty(reader)
                found = step(SampleReader(reader.stamp) if is_samples else reader)
        except FAILURES as error:
            self._tell_failure(error)
            return Answer(step(SampleReader("")), FALLBACK, "")
        if not is_samples:
            self._tell_use()
        return Answer(found, SAMPLES if is_samples else DATABASE, reader.stamp)

    def count(self, reader: Reader, q: str = "") -> int:
        """Return how many products everybody may see; counted once in each state."""
        state, kept = self._counts
        if not reader.stamp:
            return reader.count(q)
        if state != reader.stamp or len(kept) >= COUNTS:
            kept = {}
            self._counts = reader.stamp, kept
        if (reader.kind, q) not in kept:
            kept[reader.kind, q] = reader.count(q)
        return kept[reader.kind, q]

    def stamp(self) -> str:
        """Return what names the state of the source; empty where nothing does."""
        if self.wanted == SAMPLES:
            return SAMPLES
        try:
            with self.open_database() as reader:
                return reader.stamp
        except (DatabaseAway, sqlite3.Error):
            return ""

    @contextmanager
    def open_database(self) -> Iterator[Reader]:
        """Give a reader of the database.

        Raises:
            DatabaseAway: PostgreSQL cannot be read now.
            sqlite3.Error: Our own file cannot.
        """
        if not self._is_file:
            if not self.wanted:  # nobody asked for it at the start
                self.settle()
            with self._lines().lend() as (line, statements):
                stamp = postgresql.read_stamp(line, statements)
                yield postgresql.PostgresqlReader(line, statements, stamp)
        else:
            with self._files().lend() as file:
                yield sqlite.SqliteReader(file, sqlite.read_stamp(file))

    def is_connected(self) -> bool:
        """Tell whether the database of the products answered at the last look."""
        if self._is_file:
            return bool(self.stamp())
        self.settle()
        return self._lines().is_up

    def close(self) -> None:
        """Nothing is held open here: the shelf has the connections."""

    def _is_empty(self, reader: Reader) -> bool:
        stamp, is_empty = self._emptiness
        if not reader.stamp or stamp != reader.stamp:
            is_empty = not reader.has_any()
            self._emptiness = reader.stamp, is_empty
        return is_empty

    def _files(self) -> sqlite.Files:
        return self._house.shelf.get(sqlite.Files, lambda: sqlite.Files(self._file))

    def _lines(self) -> Lines:
        return self._house.shelf.get(Lines, self._open_lines)

    def _open_lines(self) -> Lines:
        settings = self._house.settings
        return Lines(
            parameters(self._house, is_own=self.is_own),
            most=settings[knobs.CONNECTIONS],
            pause_seconds=settings[knobs.PROBE_SECONDS],
        )

    def _tell_failure(self, error: Exception) -> None:
        if self._changes_to(FALLBACK):
            detail = getattr(error, "detail", "") or str(error).partition("\n")[0]
            events.emit(DatabaseFailed(why=detail))
            events.emit(FallenBack())
        events.emit(FallbackAnswered())

    def _tell_use(self) -> None:
        if self._said != DATABASE and self._changes_to(DATABASE):
            events.emit(DatabaseUsed())

    def _changes_to(self, said: str) -> bool:
        with self._lock:
            before, self._said = self._said, said
        return before != said


def source_of(house: House) -> Source:
    """Return the source of this house's products."""
    return house.shelf.get(Source, lambda: Source(house))


def is_elsewhere(house: House) -> bool:
    """Tell whether a database of its own is named for the products."""
    return any(not house.settings.is_default(knob.name) for knob in ELSEWHERE)


def parameters(house: House, *, is_own: bool) -> dict[str, Any]:
    """Return how psycopg reaches PostgreSQL, our own or the one named apart."""
    settings = house.settings
    if is_own:
        url, told = house.store.url, connect_args(settings, house.store.url)
    else:
        url = URL.create(
            "postgresql",
            settings[knobs.DB_USER],
            settings[knobs.DB_PASSWORD],
            settings[knobs.DB_HOST],
            settings[knobs.DB_PORT],
            settings[knobs.DB_NAME],
        )
        # TLS is as DB_SSL_MODE says; the document's own deployments have none.
        told = connect_args(settings, url.set(host="localhost"))
    told |= dict(url.query)
    told |= url.translate_connect_args(username="user", database="dbname")
    told.pop("connect_timeout", None)
    return {name: str(value) for name, value in told.items()}
