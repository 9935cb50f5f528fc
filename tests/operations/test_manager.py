"""Our own database as a library: `entrepot.database`."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from entrepot import database, models
from entrepot.app import create_app
from entrepot.base.errors import Invalid, Unavailable
from entrepot.database import DatabaseManager


@pytest.fixture
def manager(our_environ, monkeypatch):
    """A manager that found its database in the environment, opened."""
    for name, value in our_environ.items():
        monkeypatch.setenv(name, value)
    database.init_database()
    yield database.get_db_manager()
    database.close_database()


def add(session, email="eve@example.com"):
    """Put a person into a session."""
    session.add(models.User(email=email, password_hash="scrypt:x"))


def test_it_initialises_on_both(manager, kind):
    """The first step works, and a second one changes nothing."""
    database.init_database()
    stats = manager.get_table_stats()

    assert stats["users"] == 0
    assert {"alembic_version", "operations_sample"} <= set(stats)
    assert manager.info()["database_type"] == kind
    assert database.get_db_manager() is manager


def test_a_scope_commits_or_leaves_nothing(manager):
    """Well ended, it is kept; broken off, the error comes out and nothing is kept."""

    def break_off() -> None:
        with database.db_session_scope() as session:
            add(session, "mallory@example.com")
            raise KeyError

    with database.db_session_scope() as session:
        add(session)
    with pytest.raises(KeyError):
        break_off()

    with database.db_session_scope() as session:
        assert [u.email for u in session.query(models.User)] == ["eve@example.com"]


def test_the_caller_commits(manager):
    """What is not committed is not there; the caller's own errors come unchanged."""
    with manager.get_session() as session:
        add(session)
        session.commit()
        add(session, "mallory@example.com")
    calls = []

    @database.with_db_retry()
    def again() -> None:
        calls.append(1)
        with manager.get_session() as session:
            add(session)
            session.commit()

    with pytest.raises(IntegrityError):
        again()

    assert (manager.get_table_stats()["users"], calls) == (1, [1])


def test_health_is_that_of_the_endpoint(manager):
    """The same members, as plain values; one look a question where it is forced."""
    forced = database.check_database_health(force=True)
    told = database.check_database_health()

    assert told == {**forced, "cached": True, "integrity": None}
    assert database.database_health_check()["connection_test"] is True
    assert manager.reconnect()["reconnection_status"] == "completed"


def test_our_application_and_the_library_share_an_engine(our_house):
    """Inside the application the manager is of its house."""
    with create_app(our_house).app_context():
        assert database.get_db_manager().engine is our_house.store.engine


def test_a_lost_database_is_told_without_its_password(monkeypatch, environ):
    """`database_health_check` never raises; the error is in our words."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    url = "postgresql://boss:hunter2@127.0.0.1:1/d"
    with pytest.raises(Unavailable):
        database.init_database(url)
    told = database.database_health_check()
    database.close_database()

    assert told == {
        "status": "unhealthy",
        "connection_test": False,
        "database_url": "postgresql+psycopg://boss:***@127.0.0.1:1/d",
        "error": "PostgreSQL connection failed: Connection refused",
    }


def test_a_manager_of_ones_own_address(tmp_path, monkeypatch, environ):
    """`DatabaseManager(url)` leaves the process's own alone."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    mine = DatabaseManager(f"sqlite:///{tmp_path}/mine.db")
    mine.initialize()
    with mine.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 0
    mine.close()

    assert not (tmp_path / "home" / "entrepot.db").exists()
    with pytest.raises(Invalid, match="in memory"):
        DatabaseManager("sqlite://").initialize()


def test_models_names_the_entities_alone():
    """Whoever asks for another name is told as of any module."""
    assert models.User.__tablename__ == "users"
    assert {"User", "Product", "Base"} <= set(dir(models))
    with pytest.raises(AttributeError, match="no attribute 'Users'"):
        _ = models.Users
