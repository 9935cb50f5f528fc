"""Fixtures for every test: a house in a folder of its own, and the events it emits."""

from __future__ import annotations

import functools
import hashlib
import os
import signal
import sys
from pathlib import Path

import hypothesis
import pytest
import werkzeug.security

from entrepot.base import events
from entrepot.base.acting import SYSTEM, acting_as
from entrepot.composition import build_house
from tests.databases import (
    both,
    postgresql_template,
    sqlite_template,
    surroundings,
    write_schema,
)
from tests.hana_double.running import own_double
from tests.routing import parsed_once

__all__ = ["both", "postgresql_template", "sqlite_template", "surroundings"]

# A busy machine is no failure: no example has a time limit.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# A shell that runs us in the background has SIGINT ignored, and what we start as well.
signal.signal(signal.SIGINT, signal.default_int_handler)

for name in list(os.environ):
    if name.startswith("ENTREPOT_") and not name.startswith("ENTREPOT_TEST_"):
        del os.environ[name]

# Whoever starts a program of ours need not compile all of it again: that takes longer
# than most of them run.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

PASSWORD = "seven grey harbour cranes"
"""Of everybody who signs in."""


@pytest.fixture(scope="session", autouse=True)
def each_hash_once():
    """Hash each password once, with one salt for all: that is meant to be slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", functools.cache(hashlib.scrypt))
        patch.setattr(werkzeug.security, "gen_salt", "x".__mul__)
        yield


@pytest.fixture(scope="session", autouse=True)
def each_route_once():
    """Read each route once: hundreds of applications have the same hundreds."""
    with parsed_once():
        yield


@pytest.fixture(autouse=True)
def nobody_acted_before():
    """Let each test begin as the program itself, whoever acted in the one before."""
    with acting_as(SYSTEM):
        yield


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment whose files all lie below the test's folder."""
    return {
        "ENTREPOT_HOME": str(tmp_path / "home"),
        "CONFIG_DIR": str(tmp_path / "config"),
        "LOG_DB_PATH": str(tmp_path / "logs" / "app_logs.db"),
    }


@pytest.fixture
def house(environ, sqlite_template):
    """A house with a migrated database of its own."""
    write_schema(Path(environ["ENTREPOT_HOME"]), sqlite_template)
    house = build_house(environ)
    yield house
    house.close()


@pytest.fixture
def empty_house(environ):
    """A house with an empty database of its own."""
    house = build_house(environ)
    yield house
    house.close()


@pytest.fixture
def client(house):
    """Flask's test client, as the person at this machine."""
    from entrepot.app import create_app

    return create_app(house, is_open=True).test_client()


@pytest.fixture
def signed_in(house):
    """A function that gives a client signed in as somebody of a role, with a token.

    People must sign in there: the person at this machine is nobody.
    """
    from entrepot.accounts import Caller, add_user, log_in
    from entrepot.app import create_app

    app = create_app(house)

    def sign_in(role="viewer", email=None):
        email = email or f"{role}@example.com"
        add_user(house, email=email, password=PASSWORD, role=role)
        tokens = log_in(house, email=email, password=PASSWORD, caller=Caller())
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens.access_token}"
        return client

    return sign_in


@pytest.fixture
def heard():
    """The events emitted during the test."""
    seen = []
    stop = events.listen(seen.append)
    yield seen
    stop()


@pytest.fixture(scope="session")
def hana():
    """A server that speaks HANA's protocol, and is none."""
    # Its login with a password that is hashed 15,000 times is shown once, elsewhere.
    with own_double("--methods", "SCRAMSHA256") as double:
        yield double


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server, started once for all tests."""
    from tests.services import any_postgresql

    with any_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb():
    """A MariaDB server, started once for all tests."""
    from tests.mariadb import own_mariadb

    with own_mariadb() as server:
        yield server
