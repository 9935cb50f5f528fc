"""Fixtures: our own database, migrated and new for each test, on both kinds."""

from __future__ import annotations

import itertools
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from entrepot.base.house import House
from entrepot.composition import build_house
from entrepot.migrations import ensure, import_models

KEY = "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58"
_numbers = itertools.count()

SLOW_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.fault)
"""For what makes databases, dumps and schemas there over and over: minutes in all."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated database file to copy."""
    home = tmp_path_factory.mktemp("template")
    environ = _files(home)
    with closing(build_house(environ)) as house:
        ensure(house)
    return (home / "entrepot.db").read_bytes()


@pytest.fixture(scope="session")
def postgresql_template(postgresql, tmp_path_factory):
    """The name of a migrated database to copy."""
    home = tmp_path_factory.mktemp("template")
    postgresql.run("CREATE ROLE entrepot_tests LOGIN PASSWORD 'tests'")
    postgresql.run("CREATE DATABASE entrepot_template OWNER entrepot_tests")
    with closing(build_house(_on_server(postgresql, home, "entrepot_template"))) as h:
        ensure(h)
    yield "entrepot_template"
    postgresql.run("DROP DATABASE entrepot_template WITH (FORCE)")
    postgresql.run("DROP ROLE entrepot_tests")


@pytest.fixture(params=["sqlite", "postgresql"])
def surroundings(request, tmp_path):
    """The variables of a house with a migrated database of its own."""
    with prepared(request, request.param, tmp_path) as environ:
        yield environ


@pytest.fixture
def both(surroundings):
    """A house with a migrated database of its own, once on each kind."""
    import_models()
    house: House = build_house(surroundings)
    yield house
    house.close()


def copy_schema(house, template: bytes) -> None:
    """Save the time of the migrations, where nothing is there yet."""
    if house.store.url.get_backend_name() == "sqlite":
        write_schema(house.home, template)


def write_schema(home: Path, template: bytes) -> None:
    """Put a migrated database into a home that has none."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "entrepot.db"
    if not file.exists():
        file.write_bytes(template)


@contextmanager
def prepared(request, kind, home):
    """Give the variables of a house on one kind of database."""
    if kind == "sqlite":
        environ = _files(home)
        (home / "entrepot.db").write_bytes(request.getfixturevalue("sqlite_template"))
        yield environ | {"SECRET_KEY": KEY}
        return
    template = request.getfixturevalue("postgresql_template")
    server = request.getfixturevalue("postgresql")
    name = f"entrepot_test_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER entrepot_tests")
    yield _on_server(server, home, name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server, home, name) -> dict[str, str]:
    return {
        **_files(home),
        "DATABASE_URL": server.url("entrepot_tests", "tests", name),
        "SECRET_KEY": KEY,
    }


def _files(home) -> dict[str, str]:
    return {
        "ENTREPOT_HOME": str(home),
        "CONFIG_DIR": str(home / "config"),
        "LOG_DB_PATH": str(home / "logs" / "app_logs.db"),
    }
