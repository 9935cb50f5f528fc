"""PostgreSQL databases of a test's own on the server that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from psycopg import sql

from entrepot.connections import Target
from tests.services import PostgreSQL

NUMBERS = count(1)
READER_PASSWORD = "rea:der/pass word@100%"


@contextmanager
def new_shop(postgresql: PostgreSQL) -> Iterator[Target]:
    """Give an empty database owned by a role that is no superuser."""
    name = f"shop{next(NUMBERS)}"
    owner, password = sql.Identifier(name), sql.Literal(READER_PASSWORD)
    make = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
    postgresql.run(make.format(owner, password))
    postgresql.run(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(owner))
    yield Target(
        name="shop",
        dialect="postgresql",
        url=postgresql.url(name, READER_PASSWORD, name),
        pool_count=2,
    )
    postgresql.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(owner))
    postgresql.run(sql.SQL("DROP ROLE {}").format(owner))
