"""Without its database the server says so, honestly and soon."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress

import pytest

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.web.guard import Identity


@pytest.fixture
def client(environ):
    """An admin's client on a SQLite house."""
    house = build_house(environ | {"ENTREPOT_DATABASE_WRITE_WAIT_SECONDS": "1"})
    who = Identity(name="ada@example.com", role="admin", via="token")
    yield create_app(house, identify=lambda request: who).test_client()
    house.close()


def path_of(environ) -> str:
    """Return the file of the house's database."""
    return f"{environ['ENTREPOT_HOME']}/entrepot.db"


def test_the_memory_does_not_lie(client, environ):
    """Once a look failed, what is remembered is the failure."""
    good = client.get("/api/database/health")
    os.rename(path_of(environ), path_of(environ) + ".away")
    forced = client.get("/api/database/health?force=1")
    cached = client.get("/api/database/health")
    os.rename(path_of(environ) + ".away", path_of(environ))
    back = client.get("/api/database/health?force=1")

    assert [a.status_code for a in (good, forced, cached, back)] == [200, 503, 503, 200]
    told = cached.json
    assert (told["success"], told["data"]["status"]) == (False, "unhealthy")
    assert told["data"]["cached"] is True
    assert told["error"] == "SQLite connection failed: Its file is not there"
    assert (told["retryable"], told["retry_count"]) == (True, 0)
    assert told["last_attempt"].endswith("Z")


def test_reconnecting_to_nothing_fails(client, environ):
    """It is a problem of status 503, which says what was found."""
    client.get("/api/database/health")
    os.rename(path_of(environ), path_of(environ) + ".away")

    answer = client.post("/api/database/reconnect")

    assert (answer.status_code, answer.json["code"]) == (503, "database-unhealthy")
    assert answer.json["data"]["status"] == "unhealthy"


def test_the_page_stands_without_the_database(client, environ):
    """It says that the database is lost, and does not break."""
    os.rename(path_of(environ), path_of(environ) + ".away")

    answer = client.get("/database", headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert "Its file is not there" in answer.text


def test_a_locked_file_is_a_problem_of_the_moment(client, environ, heard):
    """A write that waited in vain answers 503 with retry facts, and works after."""
    new = {"name": "shop", "url": "sqlite:///nowhere.db", "test": False}
    with closing(sqlite3.connect(path_of(environ), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused = client.post("/api/connections", json=new)
        other.execute("ROLLBACK")
    taken = client.post("/api/connections", json=new)

    document = refused.json
    assert (refused.status_code, document["code"]) == (503, "database-connection-error")
    assert document["error"] == "our own database cannot be used now: Database locked"
    assert (document["retryable"], document["retry_count"]) == (True, 0)
    assert document["last_attempt"].endswith("Z")
    assert refused.headers["Retry-After"] == "5"
    assert "RequestBroke" not in [type(event).__name__ for event in heard]
    assert taken.status_code == 201, taken.json


def test_a_damaged_file_is_found(client, environ):
    """A look with `force` reads the whole file; bytes that are wrong are found."""
    new = {"url": "sqlite:///nowhere.db", "test": False, "description": "x" * 1900}
    for number in range(20):
        client.post("/api/connections", json={**new, "name": f"n{number}"})
    assert client.get("/api/database/health?force=1").status_code == 200
    # Another process's connection folds the log into the file when it is the last.
    with closing(sqlite3.connect(path_of(environ))) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = other.execute(
            "SELECT rootpage FROM sqlite_master WHERE name='connections_connection'"
        ).fetchone()
        (size,) = other.execute("PRAGMA page_size").fetchone()
    with open(path_of(environ), "r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path_of(environ))):
        pass

    from entrepot.base.store_look import find_damage

    house = client.application.extensions["house"]
    assert find_damage(house.store, limit_seconds=5) != ""
