"""A house on either kind of database, and people who ask with an access token."""

from __future__ import annotations

import itertools

import pytest

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.web.guard import Identity

KEY = "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58"
_NUMBERS = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    """The kind of our own database."""
    return request.param


@pytest.fixture
def our_environ(kind, environ, request):
    """The variables of a house whose database is there and empty."""
    if kind == "sqlite":
        yield environ
        return
    server = request.getfixturevalue("postgresql")
    name = f"entrepot_health_{next(_NUMBERS)}"
    server.run(f"CREATE ROLE {name} LOGIN PASSWORD 'hea/lth'")
    server.run(f"CREATE DATABASE {name} OWNER {name}")
    url = server.url(name, "hea/lth", name)
    yield {**environ, "DATABASE_URL": url, "SECRET_KEY": KEY}
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    server.run(f"DROP ROLE {name}")


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
