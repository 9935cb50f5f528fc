"""A house on either kind of database, rows in it, and people who ask of it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import back_up
from entrepot.web.guard import Identity
from tests.databases import SLOW_POSTGRESQL, prepared


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    """The kind of our own database."""
    return request.param


@pytest.fixture
def our_environ(kind, request, tmp_path):
    """The variables of a house with a migrated database of its own."""
    with prepared(request, kind, tmp_path) as environ:
        yield environ


@pytest.fixture
def our_house(our_environ):
    """A house on it."""
    house = build_house(our_environ)
    yield house
    house.close()


@pytest.fixture
def sign_in(our_house):
    """A function that gives a test client of somebody with an access token."""

    def client(role="admin", via="token"):
        who = Identity(name="ada@example.com", role=role, via=via)
        return create_app(our_house, identify=lambda request: who).test_client()

    return client


@pytest.fixture
def admin(sign_in):
    """An admin's test client."""
    return sign_in()


@pytest.fixture(params=["sqlite", SLOW_POSTGRESQL])
def upkept(request, environ):
    """The variables of a house whose database is there, empty, and of this kind."""
    if request.param == "sqlite":
        yield environ
        return
    server = request.getfixturevalue("postgresql")
    server.run("CREATE ROLE entrepot_kept LOGIN CREATEDB PASSWORD 'k p/t'")
    server.run("CREATE DATABASE entrepot_kept OWNER entrepot_kept")
    yield {
        **environ,
        "DATABASE_URL": server.url("entrepot_kept", "k p/t", "entrepot_kept"),
        "SECRET_KEY": "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58",
    }
    server.run("DROP DATABASE entrepot_kept WITH (FORCE)")
    server.run("DROP ROLE entrepot_kept")


@pytest.fixture
def kept(upkept):
    """A house of each kind with three connections registered; no use is open."""
    house = build_house(upkept)
    ensure(house)
    house.shelf.drop("presence")
    fill(house, 1, 3)
    yield house
    house.close()


@pytest.fixture
def full(house):
    """A house on SQLite with three connections registered; no use is open."""
    ensure(house)
    house.shelf.drop("presence")
    fill(house, 1, 3)
    return house


@pytest.fixture
def backup(full):
    """A backup of that house."""
    return back_up(full)


def fill(house, first: int, last: int) -> None:
    """Add rows with these numbers."""
    query = text(
        "INSERT INTO connections_connection (name, dialect, url, description, "
        "allow_unsafe_role, created_at, created_by) VALUES (:name, 'sqlite', 'x', "
        "'', false, '2026-01-01', 'ada')"
    )
    with house.store.session() as session:
        for number in range(first, last + 1):
            session.execute(query, {"name": f"shop-{number}"})


def names(house) -> list[str]:
    """Return the connections that are there."""
    query = text("SELECT name FROM connections_connection ORDER BY id")
    with house.store.read_session() as session:
        return list(session.scalars(query))
