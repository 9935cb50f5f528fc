"""One small database of each dialect, on servers that are started once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from sqlalchemy.engine import make_url
from tests import mariadb as mariadbs
from tests.connections.hana_shops import new_hana_shop
from tests.connections.shops import new_shop
from tests.hana_double.running import run_on
from tests.services import connect

Rows = list[tuple[object, ...]]
Door = Callable[[str], Rows]

MAKE = (
    "CREATE TABLE item (id INTEGER PRIMARY KEY, name {text}, price {float}, made DATE)"
)
FILL = (
    "INSERT INTO item VALUES (1, 'ünï%', 0.5, '2024-02-29')",
    "INSERT INTO item VALUES (2, '', 1.25, NULL)",
    "INSERT INTO item VALUES (3, NULL, NULL, '0999-12-31')",
)
ENDLESS = (
    "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N "
    "WHERE I < 1000000000) SELECT COUNT(*) AS C /* endless */ FROM N"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A database with the table `item` of three rows, as somebody who may write.

    Attributes:
        door: Runs a statement past the wall; a file is open only meanwhile.
        schema: Where `item` is.
        item: Its name as the database writes it.
        running: Counts the endless statements that the server itself says it runs;
            None where there is no server.
    """

    dialect: str
    url: str
    door: Door
    schema: str
    item: str = "item"
    running: Callable[[], int] | None = None

    def item_case(self, name: str) -> str:
        """Return a name as this database keeps it."""
        return name.upper() if self.item.isupper() else name


@contextmanager
def sqlite_place(folder: Path, _: pytest.FixtureRequest) -> Iterator[Place]:
    """Give a file of SQLite's."""
    path = folder / "item.db"

    def door(sql: str) -> Rows:
        with closing(sqlite3.connect(path)) as connection, connection:
            return connection.execute(sql).fetchall()

    yield Place("sqlite", f"sqlite:///{path}", door, "main")


@contextmanager
def duckdb_place(folder: Path, _: pytest.FixtureRequest) -> Iterator[Place]:
    """Give a file of DuckDB's."""
    path = folder / "item.duckdb"

    def door(sql: str) -> Rows:
        with duckdb.connect(str(path)) as connection:
            return connection.execute(sql).fetchall()

    yield Place("duckdb", f"duckdb:///{path}", door, "main")


@contextmanager
def postgresql_place(_: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Give a database of a real server."""
    server = request.getfixturevalue("postgresql")
    active = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        " AND query LIKE '%/* endless */%' AND pid <> pg_backend_pid()"
    )
    with new_shop(server) as target, connect(target.url) as line:

        def door(sql: str) -> Rows:
            cursor = line.execute(sql)
            return cursor.fetchall() if cursor.description else []

        yield Place(
            "postgresql", target.url, door, "public",
            running=lambda: int(server.run(active)[0][0]),
        )  # fmt: skip
        line.close()


@contextmanager
def mariadb_place(_: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Give a database of a real server."""
    server = request.getfixturevalue("mariadb")
    active = (
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
        " WHERE COMMAND IN ('Execute', 'Query') AND INFO LIKE '%/* endless */%'"
        " AND ID <> CONNECTION_ID()"
    )
    with (
        mariadbs.new_shop(server, "console") as target,
        mariadbs.open_door(target, server) as line,
    ):
        yield Place(
            "mariadb", target.url, lambda sql: mariadbs.run(line, sql), "console",
            running=lambda: int(server.run(active)[0][0]),
        )  # fmt: skip


@contextmanager
def hana_place(_: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Give a database of HANA's double."""
    server = request.getfixturevalue("hana")
    target = new_hana_shop(server)
    database = make_url(target.url).database
    with (
        closing(server.connect("OWNER", database)) as line,
        closing(server.connect("SYSTEM", database)) as admin,
    ):
        active = (
            "SELECT COUNT(*) FROM SYS.M_ACTIVE_STATEMENTS"
            " WHERE STATEMENT_STRING LIKE '%/* endless */%'"
        )
        yield Place(
            "hana", target.url, lambda sql: run_on(line, sql), "OWNER", "ITEM",
            running=lambda: int(run_on(admin, active)[0][0]),
        )  # fmt: skip


PLACES = {
    "sqlite": sqlite_place,
    "duckdb": duckdb_place,
    "postgresql": postgresql_place,
    "mariadb": mariadb_place,
    "hana": hana_place,
}


@contextmanager
def new_place(
    dialect: str, folder: Path, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """Give a database of one dialect, with its three items."""
    with PLACES[dialect](folder, request) as place:
        text = "NVARCHAR(100)" if dialect == "hana" else "VARCHAR(100)"
        number = "DOUBLE PRECISION" if dialect == "postgresql" else "DOUBLE"
        place.door(MAKE.format(text=text, float=number))
        for sql in FILL:
            place.door(sql)
        yield place
