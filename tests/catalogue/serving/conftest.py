"""PostgreSQL with somebody's table of products, and clients that read it."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy.engine import make_url
from tests.databases import write_schema

from entrepot.app import create_app
from entrepot.base.house import House
from entrepot.catalogue import create_product
from entrepot.composition import build_house

_numbers = itertools.count()
FOUR_COLUMNS = (
    "CREATE TABLE products (id SERIAL PRIMARY KEY, description TEXT, "
    "image_url VARCHAR(255), name VARCHAR(255))"
)


@pytest.fixture
def elsewhere(postgresql):
    """An empty database of its own, as the four settings name it."""
    name = f"catalogue_{next(_numbers)}"
    postgresql.run(f"CREATE DATABASE {name}")
    yield variables_of(postgresql, name)
    postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def open_client(environ, sqlite_template, tmp_path):
    """A function that gives a client of nobody, and its house, for these variables."""
    houses = []

    def open_it(**variables) -> tuple[object, House]:
        given = {**environ, "ENTREPOT_CATALOGUE_PROBE_SECONDS": "0.1", **variables}
        write_schema(tmp_path / "home", sqlite_template)
        given["ENTREPOT_HOME"] = str(tmp_path / "home")
        house = build_house(given)
        houses.append(house)
        return create_app(house).test_client(), house

    yield open_it
    for house in houses:
        house.close()


def variables_of(server, database: str) -> dict[str, str]:
    """Name a server's database as the document does."""
    url = make_url(server.admin_url)
    return {
        "DATA_SOURCE": "db",
        "DB_HOST": str(url.host),
        "DB_PORT": str(url.port),
        "DB_NAME": database,
        "DB_USER": str(url.username),
        "DB_PASSWORD": str(url.password),
    }


def add_products(house: House, count: int, **values: object) -> list[int]:
    """Add products that everybody may see; return their ids."""
    with house.store.session() as session:
        return [
            create_product(
                session,
                {"sku": f"S-{n}", "name": f"Thing {n}", "price": 2, "status": "active"}
                | values,
                by="test",
            ).id
            for n in range(1, count + 1)
        ]
