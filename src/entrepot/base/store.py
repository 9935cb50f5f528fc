"""Our own database: the engine, the session, and the base of every room's models."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session

from entrepot.base import ground_settings as knobs
from entrepot.base.errors import Broken
from entrepot.base.settings import Settings


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


class Store:
    """Our own database; the engine is made at first use, so after any fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None

    @property
    def url(self) -> URL:
        """Return the address, with SQLite in the home where none is set."""
        text = self._settings[knobs.DATABASE_URL]
        if not text:
            file = Path(self._settings[knobs.HOME]).resolve() / "entrepot.db"
            return make_url(f"sqlite:///{file}")
        return make_url(
            re.sub(r"^postgres(ql)?(\+psycopg2)?:", "postgresql+psycopg:", text)
        )

    @property
    def engine(self) -> Engine:
        """Return the process's one engine."""
        if self._engine is None:
            self._engine = self._make()
        return self._engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session; it commits when the block ends well, rolls back when not."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            token = _open.set((self, session))
            try:
                yield session
            finally:
                _open.reset(token)

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
    def read_session(self) -> Iterator[Session]:
        """Give a session that only reads: it waits for no writer and stops none."""
        engine = self.engine.execution_options(is_read=True)
        with Session(engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Let every connection go; the next use opens new ones."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _make(self) -> Engine:
        echo = self._settings[knobs.DB_ECHO] and _is_development(self._settings)
        if self.url.get_backend_name() == "sqlite":
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self.url, echo=echo)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return create_engine(
            self.url,
            echo=echo,
            pool_size=self._settings[knobs.DB_POOL_SIZE],
            max_overflow=self._settings[knobs.DB_MAX_OVERFLOW],
            pool_timeout=self._settings[knobs.DB_POOL_TIMEOUT],
            pool_recycle=self._settings[knobs.DB_POOL_RECYCLE],
            pool_pre_ping=True,
            connect_args=self._connect_args(),
        )

    def _connect_args(self) -> dict[str, object]:
        host, query = self.url.host or "", self.url.query
        is_here = host in ("", "localhost", "127.0.0.1", "::1") or host[0] == "/"
        args = {"connect_timeout": 5, "application_name": "entrepot"}
        wants_tls = self._settings[knobs.DB_REQUIRE_SSL] and not is_here
        if wants_tls and not {"sslmode", "host"} & set(query):
            args["sslmode"] = "require"
        return args


_open: ContextVar[tuple[Store, Session] | None] = ContextVar("open", default=None)


def _is_development(settings: Settings) -> bool:
    return settings[knobs.FLASK_ENV] == "development"


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    is_read = connection.get_execution_options().get("is_read")
    # IMMEDIATE takes the write lock at once: a later upgrade could not wait for it.
    connection.exec_driver_sql("BEGIN" if is_read else "BEGIN IMMEDIATE")
