"""Databases of a test's own on the servers that all tests share."""

from __future__ import annotations

from itertools import count

import pytest
from psycopg import sql

from entrepot.connections import Target
from tests.services import connect

NUMBERS = count(1)
READER_PASSWORD = "rea:der/pass word@100%"


@pytest.fixture
def shop(postgresql):
    """An empty PostgreSQL database owned by a role that is no superuser."""
    name = f"shop{next(NUMBERS)}"
    owner, password = sql.Identifier(name), sql.Literal(READER_PASSWORD)
    admin = postgresql.admin_url.render_as_string(hide_password=False)
    with connect(admin) as server:
        make = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        server.execute(make.format(owner, password))
        server.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(owner))
    yield Target(
        name="shop",
        dialect="postgresql",
        url=postgresql.url(name, READER_PASSWORD, name),
        pool_count=2,
    )
    with connect(admin) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(owner))
        server.execute(sql.SQL("DROP ROLE {}").format(owner))


@pytest.fixture
def shop_door(shop):
    """Run one statement in `shop` as its owner, without our wall."""

    def run(statement: str) -> list[tuple[object, ...]]:
        with connect(shop.url) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return run
