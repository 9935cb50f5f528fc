"""Facets and profiles where the values are PostgreSQL's or DuckDB's."""

import duckdb
import pytest
from tests.connections.shops import new_shop
from tests.services import connect

from entrepot.connections import add_connection

COLUMNS = (
    "id integer primary key, note text, price numeric(10,2), ratio double precision,"
    ' day date, "at" timestamp, is_open boolean, tags text[], extra json, big bigint,'
    " labels json"
)
VALUES = """
(1, 'steel', 1.50, 0.5, '2025-01-31', '2025-01-31 10:00:00', true, ARRAY['a', 'b'],
 '{}', 1, '["x",1]'),
(2, 'steel', 2.50, 'NaN', '2025-02-01', '2025-02-01 23:59:59', false, NULL,
 NULL, NULL, NULL),
(3, '', NULL, 'Infinity', NULL, NULL, NULL, ARRAY['a', 'a'], '{}', 9007199254740993,
 '["x","x"]'),
(4, NULL, 2.50, 1.5, '2026-01-01', '2026-01-01 00:00:00', true, NULL,
 '{}', 1, '{"x":1}')
"""


@pytest.fixture(params=["postgresql", "duckdb"])
def things(request, house, client, tmp_path, monkeypatch):
    """The client of a house that knows the table `things`, and its address."""
    create, insert = (
        f"create table things ({COLUMNS})",
        f"insert into things values {VALUES}",
    )
    if request.param == "duckdb":
        monkeypatch.chdir(tmp_path)
        path = tmp_path / "home" / "things.duckdb"
        path.parent.mkdir(exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(create)
            connection.execute(insert)
        add_connection(house, name="t", url=f"duckdb:///{path}", by="test")
        yield client, "/api/data-products/t:main/tables/things"
        return
    server = request.getfixturevalue("postgresql")
    with new_shop(server) as target:
        with connect(target.url) as connection:
            connection.execute(create)
            connection.execute(insert)
        add_connection(house, name="t", url=target.url, by="test")
        yield client, "/api/data-products/t:public/tables/things"


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("note", [("steel", 2), ("", 1), (None, 1)]),
        ("price", [("2.50", 2), ("1.50", 1), (None, 1)]),
        ("is_open", [(True, 2), (False, 1), (None, 1)]),
        ("day", [("2026", 1), ("2025", 2), (None, 1)]),
        ("at", [("2026", 1), ("2025", 2), (None, 1)]),
        ("big", [(1, 2), ("9007199254740993", 1), (None, 1)]),
        ("extra", [("{}", 3), (None, 1)]),
        ("tags", [("a", 2), ("b", 1)]),
        ("labels", [("x", 2), ("1", 1)]),
    ],
)
def test_each_value_leads_to_its_rows(things, column, values):
    """Whatever the type, the conditions leave as many rows as were counted."""
    client, table = things
    answer = client.get(f"{table}/facets", query_string={"facet": column})
    (facet,) = answer.json["data"]["facets"]
    found = {repr(v["value"]): v["rows"] for v in facet["values"]}

    assert facet["problem"] == ""
    assert found == {repr(value): rows for value, rows in values}
    for value in facet["values"]:
        if value["where"]:
            query = {"where": value["where"], "total": "exact", "limit": 1}
            page = client.get(table, query_string=query).json["page"]
            assert (value, page["total"]) == (value, value["rows"])


def test_a_profile_tells_every_column(things):
    """Numbers that are none count for themselves only; no column fails."""
    client, table = things
    columns = client.get(f"{table}/profile").json["data"]["columns"]
    by_name = {column["name"]: column for column in columns}

    assert {c["name"]: c["problem"] for c in columns if c["problem"]} == {}
    assert {n: (c["nulls"], c["different_values"]) for n, c in by_name.items()} == {
        "id": (0, 4),
        "note": (1, 2),
        "price": (1, 2),
        "ratio": (0, 4),
        "day": (1, 3),
        "at": (1, 3),
        "is_open": (1, 2),
        "tags": (2, 2),
        "extra": (1, 1),
        "big": (1, 2),
        "labels": (1, 3),
    }
    ratio, price = by_name["ratio"], by_name["price"]
    assert (ratio["low"], ratio["high"], ratio["mean"], ratio["not_finite"]) == (
        0.5,
        1.5,
        1.0,
        2,
    )
    assert (price["low"], price["high"]) == ("1.50", "2.50")
    assert [b["low"] for b in by_name["day"]["bins"]] == [
        "2025-01",
        "2025-02",
        "2026-01",
    ]


def test_freshness_is_told_where_a_name_says_so(things):
    """`at` is no such name without an index, and no name at all."""
    client, table = things
    answer = client.get(f"{table}/freshness").json["data"]

    assert answer["column"] == ""
    assert answer["unchanged_since"] is not None
