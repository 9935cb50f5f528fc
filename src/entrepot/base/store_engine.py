"""How our own database is reached: address, pool, TLS, limits, and what is counted."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url

from entrepot.base import deadline, spans
from entrepot.base import ground_settings as knobs
from entrepot.base.errors import Invalid, TimedOut
from entrepot.base.events import SlowStatement, emit
from entrepot.base.settings import Settings
from entrepot.base.store_meter import Meter

SHOWN_CHARACTERS = 500
"""Of a slow statement, the most that is told."""

PRAGMAS = (
    "busy_timeout=5000",  # first: the next one may have to wait
    "journal_mode=WAL",
    "synchronous=NORMAL",  # safe with WAL: a power cut loses the last commits at most
    "foreign_keys=ON",
)
_OPCODES = 20_000
"""Steps of SQLite's machine, about a millisecond, between two looks at the clock."""


def store_url(settings: Settings) -> URL:
    """Return the address of our own database, in the home where none is set."""
    text = settings[knobs.DATABASE_URL]
    if not text:
        file = Path(settings[knobs.HOME]).resolve() / "entrepot.db"
        return make_url(f"sqlite:///{file}")
    return make_url(
        re.sub(r"^postgres(ql)?(\+psycopg2?)?:", "postgresql+psycopg:", text)
    )


def is_sqlite(url: URL) -> bool:
    """Tell whether it is a SQLite file."""
    return url.get_backend_name() == "sqlite"


def make_engine(settings: Settings, url: URL, meter: Meter) -> Engine:
    """Return an engine with nothing open yet.

    Raises:
        Invalid: It is a SQLite database in memory, of which each connection would
            have its own.
    """
    if is_sqlite(url):
        engine = _make_sqlite(settings, url)
    else:
        engine = create_engine(
            url,
            **_pool(settings),
            pool_pre_ping=settings[knobs.DB_POOL_PRE_PING],
            connect_args=connect_args(settings, url),
            **_isolation(settings),
        )
        event.listen(engine, "begin", _begin_postgresql)
    _count(engine, settings, meter)
    return engine


def connect_args(settings: Settings, url: URL) -> dict[str, Any]:
    """Return what a connection to PostgreSQL is told beside its address.

    What the address itself says counts.
    """
    args: dict[str, Any] = {
        "connect_timeout": settings[knobs.DB_CONNECT_TIMEOUT],
        "application_name": settings[knobs.DB_APPLICATION_NAME],
        "sslmode": settings[knobs.DB_SSL_MODE] or _required_tls(settings, url),
        "sslcert": settings[knobs.DB_SSL_CERT],
        "sslkey": settings[knobs.DB_SSL_KEY],
        "sslrootcert": settings[knobs.DB_SSL_CA],
    }
    return {name: v for name, v in args.items() if v and name not in url.query}


def _required_tls(settings: Settings, url: URL) -> str:
    host = url.host or ""
    is_here = host in ("", "localhost", "127.0.0.1", "::1") or host[0] == "/"
    is_wanted = settings[knobs.DB_REQUIRE_SSL] and not is_here
    return "require" if is_wanted and "host" not in url.query else ""


def _make_sqlite(settings: Settings, url: URL) -> Engine:
    if url.database in (None, "", ":memory:") or "mode=memory" in str(url):
        raise Invalid(
            "our own database cannot be in memory: nobody would see the others' rows",
            hint="write sqlite:///file.db, or leave DATABASE_URL empty",
        )
    _make_file(Path(str(url.database)))
    engine = create_engine(url, poolclass=QueuePool, **_pool(settings))
    event.listen(engine, "connect", _prepare_sqlite)
    wait_seconds = settings[knobs.DB_WRITE_WAIT]
    event.listen(engine, "begin", lambda c: _begin_sqlite(c, wait_seconds))
    return engine


def _make_file(path: Path) -> None:
    """Make the file for its owner alone, if it is not there: it holds hashes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # it is there, or SQLite will say what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _pool(settings: Settings) -> dict[str, Any]:
    is_development = settings[knobs.FLASK_ENV] == "development"
    return {
        "echo": settings[knobs.DB_ECHO] and is_development,
        "pool_size": settings[knobs.DB_POOL_SIZE],
        "max_overflow": settings[knobs.DB_MAX_OVERFLOW],
        "pool_timeout": settings[knobs.DB_POOL_TIMEOUT],
        "pool_recycle": settings[knobs.DB_POOL_RECYCLE],
    }


def _isolation(settings: Settings) -> dict[str, Any]:
    level = settings[knobs.DB_TRANSACTION_ISOLATION_LEVEL].replace("_", " ")
    return {"isolation_level": level} if level else {}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection, wait_seconds: float) -> None:
    is_read = connection.get_execution_options().get("is_read")
    left = _checked_left()
    driver: Any = connection.connection.dbapi_connection
    if left is None:
        driver.set_progress_handler(None, 0)
    else:
        ends = time.monotonic() + left
        driver.set_progress_handler(lambda: time.monotonic() > ends, _OPCODES)
    if is_read:
        connection.exec_driver_sql("BEGIN")
        return
    # A large import holds the lock for seconds: others wait their turn behind it.
    wait = wait_seconds if left is None else min(left, wait_seconds)
    driver.execute(f"PRAGMA busy_timeout={max(1, int(wait * 1000))}").close()
    # IMMEDIATE takes the write lock at once: a later upgrade could not wait for it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    left = _checked_left()
    if left is not None:
        limit = f"SET LOCAL statement_timeout = {max(1, int(left * 1000))}"
        connection.exec_driver_sql(limit)


def _checked_left() -> float | None:
    left = deadline.remaining_seconds()
    if left is not None and left <= 0:
        raise TimedOut("the request's time was over before our own database was asked")
    return left


def _trace(sql: str, began: float, *, is_many: bool = False, error: str = "") -> None:
    """Note a statement as a step of what runs; its values stay where they are."""
    if is_many:
        spans.add("statement", "", began, error=error, sql=sql, is_many=True)
    else:
        spans.add("statement", "", began, error=error, sql=sql)


def _count(engine: Engine, settings: Settings, meter: Meter) -> None:
    limit_seconds = settings[knobs.DB_SLOW_QUERY_THRESHOLD_MS] / 1000

    def before(*given: Any) -> None:
        given[4].entrepot_began = time.perf_counter()

    def after(*given: Any) -> None:
        began = given[4].entrepot_began
        _trace(given[2], began, is_many=given[5])
        took = time.perf_counter() - began
        meter.statement(given[2], took, given[1].rowcount)
        if took >= limit_seconds:
            meter.add("slow")
            emit(SlowStatement(sql=given[2][:SHOWN_CHARACTERS], seconds=took))

    def failed(context: ExceptionContext) -> None:
        meter.add("failed")
        began = getattr(context.execution_context, "entrepot_began", None)
        if began is not None and context.statement:
            error = type(context.original_exception).__name__
            _trace(context.statement, began, error=error)

    def dropped(*given: object) -> None:
        meter.add("dropped")

    def lent(*given: object) -> None:
        pool = engine.pool
        meter.lent(pool.checkedout() if isinstance(pool, QueuePool) else 0)

    event.listen(engine.pool, "checkout", lent)
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "handle_error", failed)
    event.listen(engine.pool, "invalidate", dropped)
    event.listen(engine.pool, "soft_invalidate", dropped)
