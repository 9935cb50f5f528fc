"""Registering a real PostgreSQL or MariaDB: what it refuses, and what is said of it."""

import secrets

import pytest

from entrepot import connections
from entrepot.app import create_app
from entrepot.base.errors import Denied, EntrepotError, Refused, UnknownName
from entrepot.connections import add_connection, list_connections, open_database
from tests.mariadb import new_shop as new_mariadb_shop

PASSWORD = "a/b:c@d 100%"
"""Its odd signs show who forgets to quote."""


@pytest.fixture(scope="module")
def reader(postgresql):
    """The URL of a role that may only read, and whose password is odd."""
    name = f"reader_{secrets.token_hex(4)}"
    postgresql.run(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield postgresql.url(name, PASSWORD, "postgres")
    postgresql.run(f"DROP ROLE {name}")


@pytest.fixture
def superuser(postgresql):
    """The URL of the superuser."""
    return postgresql.admin_url.render_as_string(hide_password=False)


def test_a_server_is_registered_with_its_password_apart(house, build, reader):
    """It opens here and in another process, and the password is in no file."""
    added = add_connection(house, name="pg", url=reader)

    assert PASSWORD not in f"{added}"
    assert "%" not in added.shown_url
    for place in (house, build()):
        schemas = open_database(place, "pg").list_schemas()
        assert "public" in [schema.name for schema in schemas]
    files = [path for path in house.home.rglob("*") if path.is_file()]
    assert all(PASSWORD.encode() not in path.read_bytes() for path in files)


def test_short_schemes_open_the_same(house, reader):
    """`postgres://` is what many have in their notes."""
    url = reader.replace("postgresql://", "postgres://")

    assert connections.try_url(house, url=url).server.startswith("PostgreSQL ")


def test_a_wrong_password_is_refused_without_showing_it(house, reader):
    """502 `refused`; neither the right nor the wrong password is in the answer."""
    client = create_app(house, is_open=True).test_client()

    answer = client.post(
        "/api/connections",
        json={"name": "pg", "url": reader, "password": "hunter2"},
    )

    assert (answer.status_code, answer.json["code"]) == (502, "refused")
    assert b"hunter2" not in answer.data
    assert list_connections(house) == []


def test_an_unknown_database_is_not_registered(house, reader):
    """The server said no: one of our errors, and nothing is kept."""
    with pytest.raises(EntrepotError) as caught:
        add_connection(house, name="pg", url=reader.replace("/postgres", "/no_such"))

    assert isinstance(caught.value, Refused)
    assert list_connections(house) == []


def test_a_superuser_is_let_in_only_when_it_is_said(house, superuser):
    """Refused as it is; with `allow_unsafe_role` it works, and every test warns."""
    with pytest.raises((Denied, Refused)) as caught:
        add_connection(house, name="pg", url=superuser)
    assert "superuser" in caught.value.detail
    assert list_connections(house) == []

    added = add_connection(house, name="pg", url=superuser, allow_unsafe_role=True)

    assert added.allow_unsafe_role
    assert connections.test_connection(house, "pg", by="ada").warnings


def test_mysqls_schemes_open_mariadb(house, mariadb):
    """`mysql+pymysql://` is what SQLAlchemy's users have; other options are refused."""
    with new_mariadb_shop(mariadb) as shop:
        url = shop.url.replace("mariadb://", "mysql+pymysql://")
        added = add_connection(house, name="shop", url=url)

        assert added.dialect == "mariadb"
        assert PASSWORD not in added.shown_url
        schemas = open_database(house, "shop").list_schemas()
        assert [schema.name for schema in schemas] == ["shop"]
        for option in ("local_infile=1", "init_command=SET%20x", "read_default_file=x"):
            with pytest.raises(UnknownName):
                add_connection(house, name="other", url=f"{url}?{option}")
