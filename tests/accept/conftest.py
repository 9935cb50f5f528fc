"""Real databases, loaded into real servers, and an Entrepôt that knows them all."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from tests.accept.chinook import load_into_postgresql
from tests.databases import KEY
from tests.running import new_installation, serving
from tests.services import any_postgresql, own_postgresql

ROLE, PASSWORD = "chinook_reader", "kaleidoscope"
ADMIN = ("admin@example.com", "secret-long-one")
"""Address and password of whom the script signs in as."""


def pytest_collection_modifyitems(items):
    """Everything in this folder needs the data beside the repository."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.accept)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds `data/` and `accept/`."""
    return Path(os.environ["ENTREPOT_TEST_SHARED"])


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """An empty data folder."""
    return new_installation(tmp_path_factory.mktemp("accept"))


@pytest.fixture(scope="session")
def chinook(shared, installation):
    """Chinook as it comes: a SQLite file that nobody may write to."""
    path = installation.folder / "chinook.sqlite"
    path.write_bytes((shared / "data/chinook/Chinook_Sqlite.sqlite").read_bytes())
    path.chmod(0o444)
    return path


@pytest.fixture(scope="session")
def northwind(shared, installation):
    """Northwind, made by its own script: a table with a space, pictures."""
    path = installation.folder / "northwind.db"
    script = (shared / "data/northwind/create.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous=OFF")  # it commits 6,000 times
        db.executescript(script)
    return path


@pytest.fixture(scope="session")
def bestbuy(shared, installation):
    """Best Buy's categories, from JSON into DuckDB, lists and structs included."""
    path = installation.folder / "bestbuy.duckdb"
    source = shared / "data/bestbuy/categories.json"
    with duckdb.connect(str(path)) as db:
        db.execute(
            "CREATE TABLE categories AS SELECT * FROM read_json_auto($file)",
            {"file": str(source)},
        )
    return path


@pytest.fixture(scope="session")
def chinook_url(chinook):
    """The same Chinook in PostgreSQL, owned by a role that is no superuser."""
    with any_postgresql() as server:
        server.run(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        server.run(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        url = server.url(ROLE, PASSWORD, ROLE)
        load_into_postgresql(chinook, url)
        yield url


@pytest.fixture(scope="session")
def server(installation, chinook, northwind, bestbuy, chinook_url):
    """The address of a server with the demo and the four real databases."""
    installation.run("demo")
    installation.run("db", "create-admin", *ADMIN)
    for name, url in (
        ("chinook", f"sqlite:///{chinook}"),
        ("northwind", f"sqlite:///{northwind}"),
        ("bestbuy", f"duckdb:///{bestbuy}"),
        ("chinook_postgresql", chinook_url),
    ):
        installation.run("connections", "add", name, url)
    with serving(installation) as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def our_database(request):
    """Settings that name our own database, of either kind; empty, whoever asks."""
    if request.param == "sqlite":
        yield lambda name: {}
        return
    with own_postgresql() as server:

        def make(name: str) -> dict[str, str]:
            server.run(f"CREATE ROLE {name} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
            server.run(f"CREATE DATABASE {name} OWNER {name}")
            url = server.url(name, PASSWORD, name)
            return {"DATABASE_URL": url, "SECRET_KEY": KEY}

        yield make


@pytest.fixture(scope="session", params=[("1", "json"), ("4", "db")])
def server_of_workers(request, our_database, tmp_path_factory):
    """The address of a server with so many workers, over either, and the demo.

    One worker shows the sample products, four those of the database.
    """
    workers, products = request.param
    installation = new_installation(
        tmp_path_factory.mktemp("accept-workers"),
        ENTREPOT_SERVING_WORKERS_COUNT=workers,
        DATA_SOURCE=products,
        **our_database(f"ours_{workers}"),
    )
    installation.run("demo")
    installation.run("catalogue", "init")
    installation.run("db", "create-admin", *ADMIN)
    with serving(installation) as url:
        yield url
