"""Houses with an audit trail, on both kinds of database."""

from __future__ import annotations

import uuid

import pytest

from entrepot.base.acting import SYSTEM, become
from entrepot.composition import build_house, hear
from entrepot.migrations import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, environ):
    """The variables of a house whose database is of this kind, and empty."""
    if request.param == "sqlite":
        yield environ
        return
    server = request.getfixturevalue("postgresql")
    name = f"trail_{uuid.uuid4().hex[:8]}"
    server.run(f"CREATE ROLE {name} LOGIN PASSWORD 'first'")
    server.run(f"CREATE DATABASE {name} OWNER {name}")
    yield {
        **environ,
        "DATABASE_URL": server.url(name, "first", name),
        "SECRET_KEY": "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58",
    }
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    server.run(f"DROP ROLE {name}")


@pytest.fixture
def audited(database):
    """A migrated house whose audited events are recorded."""
    house = build_house(database)
    upgrade(house.store)
    hear(house)
    yield house
    house.close()
    become(SYSTEM)
