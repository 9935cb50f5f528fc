"""The self-test: hostile statements on a live database, and what came of them."""

import json

import pytest
from click.testing import CliRunner

from entrepot.app import create_app
from entrepot.base import events
from entrepot.base.errors import NotThere, Refused
from entrepot.cli import entrepot
from entrepot.connections import (
    ConnectionSelfTested,
    add_connection,
    selftest_connection,
)
from entrepot.connections.hostile import load_attempts
from tests.connections.shops import new_shop
from tests.services import connect


@pytest.fixture
def shop(house):
    """A registered file with one table."""
    return add_connection(house, name="shop", url="sqlite:///shop.db").name


@pytest.fixture
def heard():
    """The events told while the test runs."""
    told = []
    stop = events.listen(told.append)
    yield told
    stop()


def recorded(told):
    """Return the self-tests among some events."""
    return [event for event in told if isinstance(event, ConnectionSelfTested)]


def test_a_wall_that_holds_is_sound(house, shop, folder):
    """All families are tried, nothing gets through, and the file stays as it is."""
    before = (folder / "shop.db").read_bytes()

    found = selftest_connection(house, shop, by="ada")

    state = (found.is_sound, found.is_complete, found.has_mark_moved)
    assert state == (True, True, False)
    assert {family.name for family in found.families} == {
        a.family for a in load_attempts("sqlite") if a.sign == "!"
    } | {"oddities"}
    assert all(family.tried and not family.left_out for family in found.families)
    assert (folder / "shop.db").read_bytes() == before


@pytest.mark.fault
def test_a_duckdb_file_is_tried(house, folder):
    """It holds, too; how much is tried in the time depends on the machine."""
    (folder / "items.csv").write_text("id,name\n1,lamp\n")
    add_connection(house, name="items", url="items.csv")

    found = selftest_connection(house, "items", by="ada")

    assert [f.failures for f in found.families if f.failures] == []
    assert found.is_sound
    assert sum(family.tried for family in found.families) > 20


def test_it_is_recorded(house, shop, heard, folder):
    """Who tried it and what came, also where it could not be tried."""
    found = selftest_connection(house, shop, by="ada")
    (folder / "shop.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Refused) as caught:
        selftest_connection(house, shop, by="bob")

    assert recorded(heard) == [
        ConnectionSelfTested(name="shop", tried=found.tried, failed=0, by="ada"),
        ConnectionSelfTested(name="shop", error=caught.value.detail, by="bob"),
    ]


def test_a_database_that_is_not_there_is_missing(house):
    """Nothing is tried."""
    with pytest.raises(NotThere):
        selftest_connection(house, "nowhere", by="ada")


@pytest.mark.fault
def test_a_reader_of_postgresql_is_sound(house, postgresql):
    """All families are tried in 20 seconds, and what it cannot be denied is told."""
    with new_shop(postgresql) as target:
        with connect(target.url) as owner:
            owner.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        add_connection(house, name="far", url=target.url)
        found = selftest_connection(house, "far", by="ada")
        with connect(target.url) as owner:
            names = owner.execute("SELECT relname FROM pg_class WHERE relname ~ 'self'")
            assert names.fetchall() == []

    assert [f.failures for f in found.families if f.failures] == []
    assert (found.is_sound, found.is_complete) == (True, True)
    assert all(" FUNCTION " in warning for warning in found.warnings)
    assert found.warnings


@pytest.mark.fault
def test_a_superuser_is_not_sound(house, postgresql):
    """The wall stops no superuser from looking at files, and the test says so."""
    url = postgresql.admin_url.render_as_string(hide_password=False)
    add_connection(house, name="far", url=url, allow_unsafe_role=True)

    found = selftest_connection(house, "far", by="ada")

    files = next(family for family in found.families if family.name == "files")
    assert "SELECT pg_ls_dir('.')" in [failure.sql for failure in files.failures]
    assert not found.is_sound


def test_the_command_tells_each_family(house, shop):
    """Families on standard error as they come, a table and a sentence at the end."""
    result = CliRunner().invoke(
        entrepot, ["connections", "selftest", "shop"], obj=house
    )

    assert result.exit_code == 0
    assert "several statements: 7 tried, holds\n" in result.stderr
    assert result.stdout.startswith(
        "family\ttried\tleft out\tfailed\nwrites\t7\t0\t0\n"
    )
    assert "The wall holds: SQLite " in result.stdout.splitlines()[-1]


@pytest.mark.fault
def test_the_command_prints_json(house, shop):
    """The same value as the API's `data`."""
    command = ["connections", "selftest", "shop", "--json"]
    found = json.loads(CliRunner().invoke(entrepot, command, obj=house).stdout)

    data = create_app(house, is_open=True).test_client()
    data = data.post("/api/connections/shop/selftest").json["data"]
    assert found | {"seconds": 0} == data | {"seconds": 0}
    assert found["is_sound"] is True


def test_the_page_shows_what_came(house, shop):
    """It offers a test, and then shows each family."""
    client = create_app(house, is_open=True).test_client()
    offered = client.get("/connections/shop/selftest")
    shown = client.post("/connections/shop/selftest")
    missing = client.post("/connections/nowhere/selftest")

    assert (offered.status_code, shown.status_code) == (200, 200)
    assert "Run the self-test" in offered.text
    assert "The wall holds." in shown.text
    assert "several statements" in shown.text
    assert missing.status_code == 404
