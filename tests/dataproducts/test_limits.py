"""What a facet and a profile say of rows that take too long."""

import sqlite3

import pytest

from entrepot.connections import add_connection

ENDLESS = "/api/data-products/long:main/tables/endless"
SECONDS = 8.0

pytestmark = pytest.mark.fault


@pytest.fixture
def environ(environ):
    """Settings with little time."""
    names = ("FACET", "PROFILE")
    short = {f"ENTREPOT_DATAPRODUCTS_{name}_SECONDS": str(SECONDS) for name in names}
    return environ | short


@pytest.fixture
def endless(house, client, tmp_path, monkeypatch):
    """The client of a house that knows a view without an end."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "home" / "long.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create view endless as with recursive n(i) as"
            " (select 1 union all select i + 1 from n) select i % 2 as odd from n"
        )
    connection.close()
    add_connection(house, name="long", url=f"sqlite:///{path}", by="test")
    return client


def test_a_facet_is_of_the_first_rows(endless):
    """It says how many, and they are counted exactly."""
    (facet,) = endless.get(f"{ENDLESS}/facets?facet=odd").json["data"]["facets"]

    assert (facet["first_rows"], facet["problem"]) == (100_000, "")
    assert [v["rows"] for v in facet["values"]] == [50_000, 50_000]


def test_a_profile_is_of_the_first_rows(endless):
    """And is not said to be whole."""
    profile = endless.get(f"{ENDLESS}/profile").json["data"]
    (odd,) = profile["columns"]

    assert profile["is_whole"] is False
    assert (odd["rows"], odd["first_rows"], odd["nulls"]) == (100_000, 100_000, 0)
    assert (odd["different_values"], odd["different_is_estimate"]) == (2, True)
