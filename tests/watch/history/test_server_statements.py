"""What PostgreSQL counted itself, on a server that has pg_stat_statements."""

from __future__ import annotations

import signal

import pytest

from entrepot.composition import build_house
from entrepot.connections import add_connection
from entrepot.watch.history.statements.server import list_server_statements
from tests.databases import copy_schema
from tests.services import own_postgresql

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def server():
    """A server of our own that counts its statements."""
    with own_postgresql() as server:
        server.run("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        server.stop(signal.SIGINT)
        server.start()
        server.run("CREATE ROLE reader LOGIN PASSWORD 'reader'")
        server.run("CREATE DATABASE shop")
        server.run("CREATE TABLE goods AS SELECT 1 AS id, 'x' AS name", "shop")
        server.run("GRANT SELECT ON goods TO reader", "shop")
        yield server


@pytest.fixture
def shop(server, environ, sqlite_template):
    """A house with that database registered, under a role that may only read."""
    house = build_house(environ)
    copy_schema(house, sqlite_template)
    add_connection(house, name="shop", url=server.url("reader", "reader", "shop"))
    yield house
    house.close()


def test_without_the_extension_there_is_a_reason(server, shop):
    """It names what is missing."""
    found = list_server_statements(shop, "shop", sort="total", limit=5)

    assert found.statements == []
    assert "pg_stat_statements" in found.problem


def test_the_servers_own_numbers_are_told_without_values(server, shop):
    """Of everybody whose texts the role may see, and of no other database."""
    server.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "shop")
    for _ in range(3):
        server.run("SELECT name FROM goods WHERE name = 'secret'", "shop")
    hidden = list_server_statements(shop, "shop", sort="times", limit=100)
    server.run("GRANT pg_read_all_stats TO reader")
    seen = list_server_statements(shop, "shop", sort="times", limit=100)
    server.run("DROP EXTENSION pg_stat_statements", "shop")

    sql = "SELECT name FROM goods WHERE name = ?"
    assert sql not in [s.sql for s in hidden.statements]
    (found,) = [s for s in seen.statements if s.sql == sql]
    assert (found.times, found.rows, found.connection) == (3, 0, "shop")
    assert 0 < found.mean_ms <= (found.max_ms or 0)
    assert "secret" not in str(seen)
