"""What a driver's error means: by code and words, whatever its class."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from entrepot.base.errors import DatabaseConnectionError, DatabaseUnusable, TimedOut
from entrepot.base.store_errors import explain, find_trouble

AWAY = "connection failed: connection to server at 127.0.0.1, port 1 failed: "
SAID = [
    ("Connection refused", "Connection refused"),
    ("FATAL:  the database system is starting up", "Server not ready"),
    ("FATAL:  sorry, too many clients already", "Too many connections"),
    ("timeout expired", "Connection timeout"),
    ("server closed the connection unexpectedly", "Connection lost"),
    ("Temporary failure in name resolution", "Connection failed"),
]
REFUSED = [
    'FATAL:  password authentication failed for user "u"',
    'FATAL:  no pg_hba.conf entry for host "10.0.0.1"',
    'FATAL:  database "d" does not exist',
]
STATES = {
    "08006": True,
    "57P01": True,
    "57P02": True,
    "57P03": True,
    "40001": True,
    "40P01": True,
    "53300": True,
    "57014": False,
    "53100": False,
    "25006": False,
    "28P01": False,
    "28000": False,
}


@pytest.mark.parametrize(("said", "told"), SAID)
def test_a_server_that_is_away_may_come_back(said, told):
    """What the client library says is put into our words; trying again may help."""
    found = find_trouble(psycopg.OperationalError(AWAY + said))

    assert (found.said, found.is_retryable) == (told, True)


@pytest.mark.parametrize("said", REFUSED)
def test_a_server_that_refuses_stays_so(said):
    """Wrong credentials are no better in a second."""
    error = psycopg.OperationalError(AWAY + said)

    assert find_trouble(error).is_retryable is False
    assert isinstance(explain(error), DatabaseUnusable)


@pytest.mark.parametrize("state", STATES)
def test_the_state_decides(state):
    """SQLSTATE says what may be tried again."""
    error = psycopg.errors.lookup(state)("said") if state[:2] != "08" else None
    error = error or psycopg.errors.ConnectionFailure("said")

    assert find_trouble(error).is_retryable is STATES[state]


@pytest.mark.parametrize("state", ["23505", "42P01", "42601", "22P02", "0A000"])
def test_the_callers_mistakes_are_no_trouble(state):
    """Constraints, unknown tables and bad values pass unchanged."""
    assert find_trouble(psycopg.errors.lookup(state)("said")) is None


def broken(sql: str, url: str = "sqlite://") -> DBAPIError:
    """Return what SQLAlchemy raises for a statement."""
    with create_engine(url).connect() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(text(sql))
    return error.value


@pytest.mark.parametrize("sql", ["SELECT 1 FROM nowhere", "SELEC", "SELECT x"])
def test_sqlites_operational_errors_are_told_apart(sql):
    """ "no such table" has the class of "database is locked", and is no trouble."""
    assert find_trouble(broken(sql)) is None


def test_a_locked_file_may_be_free_soon(tmp_path):
    """A file that another connection holds is worth another try."""
    path = tmp_path / "our.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE t (n integer)")
        other.execute("BEGIN EXCLUSIVE")
        error = broken("INSERT INTO t VALUES (1)", f"sqlite:///{path}?timeout=0")

    assert find_trouble(error).said == "Database locked"
    assert isinstance(explain(error), DatabaseConnectionError)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("database table is locked", DatabaseConnectionError),
        ("unable to open database file", DatabaseConnectionError),
        ("database or disk is full", DatabaseUnusable),
        ("attempt to write a readonly database", DatabaseUnusable),
    ],
)
def test_words_do_where_a_code_is_missing(message, kind):
    """An error made by hand, or by an older library, has words alone."""
    assert isinstance(explain(sqlite3.OperationalError(message)), kind)


def test_a_full_pool_is_trouble_of_the_moment():
    """Waiting in vain for a connection is no fault of ours."""
    assert isinstance(explain(PoolTimeout("QueuePool limit")), DatabaseConnectionError)


def test_a_cancelled_statement_ran_out_of_time():
    """It is the kind that is answered with 504."""
    assert isinstance(explain(psycopg.errors.QueryCanceled("said")), TimedOut)


def test_nothing_of_the_driver_is_repeated():
    """Its words may hold addresses and values; ours do not."""
    error = psycopg.OperationalError("connection to 10.1.2.3 as boss:pw refused")

    explained = explain(error)

    assert "10.1.2.3" not in f"{explained.detail}{explained.hint}{explained.facts}"


def test_a_constraint_is_not_explained():
    """The caller catches `IntegrityError` itself."""
    error = broken("INSERT INTO t SELECT 1")

    assert explain(error) is None
    assert explain(IntegrityError("x", {}, sqlite3.IntegrityError("UNIQUE"))) is None
