"""How our own database is reached: pool, pragmas, TLS, forks, and what is counted."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from entrepot.base import deadline
from entrepot.base.errors import Invalid
from entrepot.base.store_engine import connect_args
from entrepot.composition import build_house


@pytest.fixture
def build(environ):
    """A function that builds a house with more variables."""
    houses = []

    def make(**more):
        houses.append(build_house({**environ, **more}))
        return houses[-1]

    yield make
    for house in houses:
        house.close()


@pytest.mark.parametrize("prefix", ["DB", "DATABASE"])
def test_both_spellings_set_the_pool(build, prefix):
    """The pool of a SQLite file is a queue of the size that is set."""
    house = build(
        **{
            f"{prefix}_POOL_SIZE": "3",
            f"{prefix}_MAX_OVERFLOW": "2",
            f"{prefix}_POOL_TIMEOUT": "7",
            f"{prefix}_POOL_RECYCLE": "60",
        }
    )

    pool = house.store.engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow, pool.timeout()) == (3, 2, 7)
    assert pool._recycle == 60


@pytest.mark.parametrize(
    ("environment", "pool", "interval"),
    [("development", 5, 300), ("production", 10, 60)],
)
def test_development_and_production_differ(build, environment, pool, interval):
    """The defaults are those of the document's table."""
    from entrepot.base import ground_settings as knobs

    settings = build(FLASK_ENV=environment).settings

    assert settings[knobs.DB_POOL_SIZE] == pool
    assert settings[knobs.DB_HEALTH_CHECK_INTERVAL] == interval
    assert settings[knobs.DB_ECHO] is (environment == "development")
    assert settings[knobs.DB_REQUIRE_SSL] is (environment == "production")


def test_echo_is_for_development_only(build):
    """In production DB_ECHO shows nothing, whatever it says."""
    assert build(DB_ECHO="true").store.engine.echo is False
    assert build(DB_ECHO="true", FLASK_ENV="development").store.engine.echo is True


def test_sqlite_is_set_up_on_every_connection(build):
    """Write-ahead log, foreign keys, patience, and one sync for each checkpoint."""
    engine = build().store.engine.execution_options(is_read=True)

    wanted = {"journal_mode": "wal", "foreign_keys": 1}
    wanted |= {"busy_timeout": 5000, "synchronous": 1}
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in wanted
            }
            assert found == wanted


def _limit(house) -> int:
    """Return how long the last writer's connection would have waited."""
    with house.store.session() as session:
        return session.scalar(text("PRAGMA busy_timeout"))


def test_a_writer_waits_as_long_as_its_request_may(build):
    """A large import holds SQLite's lock for seconds; work in no request waits long."""
    house = build(ENTREPOT_DATABASE_WRITE_WAIT_SECONDS="40")
    alone = _limit(house)
    deadline.begin(10)
    try:
        hurried = _limit(house)
    finally:
        deadline.end()

    assert alone == 40_000
    assert 1 <= hurried <= 10_000


def test_a_writer_gives_up_when_its_wait_is_over(build):
    """It would have written, had the other been done in time."""
    house = build(ENTREPOT_DATABASE_WRITE_WAIT_SECONDS="1")
    with house.store.session() as session:
        session.execute(text("CREATE TABLE t (n integer)"))
    with closing(sqlite3.connect(house.store.url.database)) as other:
        other.execute("BEGIN IMMEDIATE")

        with (
            pytest.raises(OperationalError, match="locked"),
            house.store.session() as session,
        ):
            session.execute(text("INSERT INTO t VALUES (1)"))
        other.rollback()
    with house.store.session() as session:
        session.execute(text("INSERT INTO t VALUES (1)"))
        assert session.scalar(text("SELECT count(*) FROM t")) == 1


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_is_refused(build, url):
    """Each connection would have a database of its own."""
    with pytest.raises(Invalid, match="cannot be in memory"):
        _ = build(DATABASE_URL=url).store.engine


TLS = {
    "DB_SSL_MODE": "verify-full",
    "DB_SSL_CERT": "/c/our.crt",
    "DB_SSL_KEY": "/c/our.key",
    "DB_SSL_CA": "/c/ca.crt",
}
BASE = {"connect_timeout": 10, "application_name": "entrepot"}


@pytest.mark.parametrize(
    ("url", "variables", "told"),
    [
        ("postgresql://db.example.com/d", {}, {**BASE, "sslmode": "require"}),
        ("postgresql://db.example.com/d", {"DB_REQUIRE_SSL": "false"}, BASE),
        ("postgresql://127.0.0.1/d", {}, BASE),
        ("postgresql:///d?host=/run/postgresql", {}, BASE),
        ("postgresql://h.example.com/d?sslmode=disable", {}, BASE),
        (
            "postgresql://127.0.0.1/d",
            {**TLS, "DB_APPLICATION_NAME": "shop", "DB_CONNECT_TIMEOUT": "4"},
            {
                "connect_timeout": 4,
                "application_name": "shop",
                "sslmode": "verify-full",
                "sslcert": "/c/our.crt",
                "sslkey": "/c/our.key",
                "sslrootcert": "/c/ca.crt",
            },
        ),
    ],
)
def test_postgresql_is_told(build, url, variables, told):
    """TLS is required of other hosts; what the address says counts."""
    settings = build(DATABASE_URL=url, **variables).settings

    assert connect_args(settings, make_url(url)) == told


@pytest.mark.parametrize("level", ["REPEATABLE READ", "REPEATABLE_READ"])
def test_isolation_takes_both_spellings(build, postgresql, level):
    """The server's sessions run at the level that is set, under our name."""
    url = postgresql.admin_url.render_as_string(hide_password=False)
    more = {"DB_TRANSACTION_ISOLATION_LEVEL": level, "DB_APPLICATION_NAME": "shop"}
    store = build(DATABASE_URL=url, SECRET_KEY="k" * 32, **more).store

    with store.read_session() as session:
        shown = session.scalar(text("SHOW transaction_isolation"))
        name = session.scalar(text("SHOW application_name"))

    assert (shown, name) == ("repeatable read", "shop")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_spelling_of_the_scheme_works(build, scheme):
    """People bring the address that they have."""
    store = build(DATABASE_URL=f"{scheme}://u:p@h/d").store

    assert store.url.drivername == "postgresql+psycopg"


def test_a_child_has_connections_of_its_own(build):
    """After a fork the engine is made anew; the parent's connections stay open."""
    store = build().store
    with store.session() as session:
        session.execute(text("CREATE TABLE t (n integer)"))
        before = store.engine
        here, there = os.pipe()
        child = os.fork()
        if child == 0:
            fresh = store._engine is None and store.engine is not before
            with store.read_session() as reader:
                found = reader.scalar(text("SELECT count(*) FROM sqlite_master"))
            os.write(there, f"{fresh} {found}".encode())
            os._exit(0)
        os.waitpid(child, 0)
        session.execute(text("INSERT INTO t VALUES (1)"))

    assert os.read(here, 100) == b"True 0"
    with store.read_session() as reader:
        assert reader.scalar(text("SELECT count(*) FROM t")) == 1


def test_a_fork_holds_no_lock_of_another_thread(build):
    """A child made while another thread makes the engine can make its own."""
    store = build().store
    store._lock.acquire()
    child = os.fork()
    if child == 0:
        os._exit(0 if store.engine is not None else 1)

    assert os.waitpid(child, 0)[1] == 0
    store._lock.release()


def test_many_threads_make_one_engine(build):
    """Whoever comes first makes it."""
    store = build().store
    found = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        found.append(store.engine)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len({id(engine) for engine in found}) == 1


def test_a_slow_statement_is_told_without_its_values(build, heard):
    """The event has the statement's beginning and its time; it is counted."""
    store = build(DB_SLOW_QUERY_THRESHOLD_MS="1").store
    count = (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r "
        "WHERE n < 300000) SELECT count(*), :word FROM r"
    )

    with store.read_session() as session:
        session.execute(text(count + " " * 1000), {"word": "confidential"})

    (event,) = [e for e in heard if type(e).__name__ == "SlowStatement"]
    assert event.seconds >= 0.001
    assert event.sql.startswith("WITH RECURSIVE")
    assert len(event.sql) == 500
    assert "confidential" not in event.sql
    assert store.meter.read().slow == 1


def test_an_explicit_commit_is_kept_and_the_rest_undone(build):
    """In `open_session` the caller commits; what comes after an error is not there."""
    store = build().store
    with store.session() as session:
        session.execute(text("CREATE TABLE t (n integer)"))

    def work() -> None:
        with store.open_session() as session:
            session.execute(text("INSERT INTO t VALUES (1)"))
            session.commit()
            session.execute(text("INSERT INTO t VALUES (2)"))
            raise KeyError

    with pytest.raises(KeyError):
        work()

    with store.read_session() as reader:
        assert reader.scalars(text("SELECT n FROM t")).all() == [1]
