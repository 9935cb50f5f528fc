"""Our own database: the engine, the session, and the base of every room's models."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    MetaData,
    QueuePool,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.orm import DeclarativeBase, Session

from entrepot.base.errors import Broken
from entrepot.base.settings import Settings, masked_url
from entrepot.base.store_engine import make_engine, store_url
from entrepot.base.store_meter import Meter


class Model(DeclarativeBase):
    """Base of the models; a table's name begins with its room's."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a time without zone; SQLite keeps none, so it gets UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise Broken(f"a time without zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give the zone back that SQLite dropped."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCounts:
    """How many connections there are, and what they do.

    Attributes:
        pool_size: Kept open when nobody needs them.
        overflow: Open beyond these, until they are given back.
        invalid: Thrown away so far, because they were broken or too old.
    """

    pool_size: int
    checked_in: int
    checked_out: int
    overflow: int
    invalid: int


class Store:
    """Our own database; the engine is made at first use, so after any fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.meter = Meter()
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._reader: Engine | None = None
        _STORES.add(self)

    @property
    def url(self) -> URL:
        """Return the address, with SQLite in the home where none is set."""
        return store_url(self.settings)

    @property
    def shown_url(self) -> str:
        """Return the address without its password."""
        return masked_url(self.url.render_as_string(hide_password=False))

    @property
    def engine(self) -> Engine:
        """Return the process's one engine.

        Raises:
            Invalid: It is a SQLite database in memory.
        """
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    engine = make_engine(self.settings, self.url, self.meter)
                    self._reader = engine.execution_options(is_read=True)
                    self._engine = engine
        return self._engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session; it commits when the block ends well, rolls back when not."""
        with self._make_session(self.engine) as session, session.begin():
            token = _open.set((self, session))
            try:
                yield session
            finally:
                _open.reset(token)

    def _make_session(self, engine: Engine | None) -> Session:
        """Return a session; `info["settings"]` are the house's."""
        info = {"settings": self.settings}
        return Session(engine, expire_on_commit=False, info=info)

    @contextmanager
    def joined_session(self) -> Iterator[Session]:
        """Give the session that the caller's caller has open, or one of its own.

        What is written in it lives and dies with the outer block.
        """
        outer = _open.get()
        if outer is not None and outer[0] is self:
            yield outer[1]
        else:
            with self.session() as session:
                yield session

    @contextmanager
    def open_session(self) -> Iterator[Session]:
        """Give a session whose commits are the caller's; what is left is rolled back.

        An object stays readable after its commit.
        """
        with self._make_session(self.engine) as session:
            yield session

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        """Give a session that only reads: it waits for no writer and stops none."""
        _ = self.engine
        with self._make_session(self._reader) as session:
            yield session

    @contextmanager
    def read_connection(self) -> Iterator[Connection]:
        """Give what a `read_session` reads by: half the cost where rows are enough."""
        with self.engine.execution_options(is_read=True).connect() as connection:
            yield connection

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Give one connection for several transactions; it is closed after the block.

        Its temporary tables last as long, and are seen by nobody else.
        """
        with self.engine.connect() as connection:
            try:
                yield Desk(self, connection)
            finally:
                connection.rollback()
                connection.invalidate()

    def pool_counts(self) -> PoolCounts:
        """Return how many connections this process has, counted now."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return PoolCounts(
            pool_size=pool.size(),
            checked_in=pool.checkedin(),
            checked_out=pool.checkedout(),
            overflow=max(0, pool.overflow()),
            invalid=self.meter.read().dropped,
        )

    def replace_pool(self) -> None:
        """Let idle connections go; those at work are let go when they come back."""
        engine = self.engine
        old = engine.pool
        engine.dispose()  # makes a new pool, and closes what is idle in the old one

        def let_go(_connection: object, record: object) -> None:
            record.invalidate()  # type: ignore[attr-defined]  # a pool's record has it

        event.listen(old, "checkin", let_go)

    def close(self) -> None:
        """Let every connection go; the next use opens new ones."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def forget(self) -> None:
        """Leave the connections to the parent, whose they are: this is its child."""
        self._lock = threading.Lock()
        engine, self._engine = self._engine, None
        self.meter = Meter()
        if engine is not None:
            engine.dispose(close=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """A connection to work at, with temporary tables on it."""

    store: Store
    connection: Connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that reads, and writes temporary tables alone.

        It waits for no writer and stops none. What it made is kept when the block
        ends well.
        """
        self.connection.execution_options(is_read=True)
        with self.connection.begin(), Session(self.connection) as session:
            yield session
            session.flush()  # before the transaction, which is not the session's, ends

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that writes, as `Store.session` does; others join it."""
        self.connection.execution_options(is_read=False)
        with (
            self.connection.begin(),
            Session(self.connection, expire_on_commit=False) as session,
        ):
            token = _open.set((self.store, session))
            try:
                yield session
                session.flush()  # as above
            finally:
                _open.reset(token)


_open: ContextVar[tuple[Store, Session] | None] = ContextVar("open", default=None)

_STORES: weakref.WeakSet[Store] = weakref.WeakSet()
"""What a fork must not inherit; the child forgets it before anything else runs."""


def _forget_all() -> None:
    _open.set(None)
    for store in list(_STORES):
        store.forget()


os.register_at_fork(after_in_child=_forget_all)
