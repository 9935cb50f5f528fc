"""Profiles: what the values of columns are like."""

import sqlite3

import pytest

from entrepot.connections import add_connection
from entrepot.dataproducts.profile.estimate import estimate_different

ORDERS = "/api/data-products/shop:main/tables/Order%20Details"


def profile(client, query="", table=ORDERS):
    """Return the columns of a profile, by name."""
    answer = client.get(f"{table}/profile{query}")
    assert answer.status_code == 200, answer.text
    return {column["name"]: column for column in answer.json["data"]["columns"]}


@pytest.fixture
def odd(house, client, environ, tmp_path, monkeypatch):
    """The client of a house with a table `odd` of the given SQL."""

    def make(*statements):
        path = tmp_path / "home" / "odd.db"
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
        monkeypatch.chdir(tmp_path)
        add_connection(house, name="odd", url=f"sqlite:///{path}", by="test")
        return client

    return make


ODD = "/api/data-products/odd:main/tables/odd"


def test_a_column_of_numbers_is_told_whole(shop):
    """NULLs, values, ends, mean, the most frequent, and a histogram of all rows."""
    price = profile(shop, "?columns=price")["price"]
    bins = price.pop("bins")
    for name in ("seconds", "type", "description"):
        price.pop(name)

    assert price == {
        "name": "price",
        "kind": "decimal",
        "rows": 25,
        "nulls": 1,
        "different_values": 24,
        "different_is_estimate": False,
        "low": 0.1,
        "high": 25.0,
        "mean": pytest.approx((12.5 + 0.1 + sum(range(4, 26))) / 24),
        "longest": None,
        "not_finite": 0,
        "top": [],
        "first_rows": None,
        "problem": "",
    }
    assert (bins[0]["low"], bins[-1]["high"]) == (0.1, 25.0)
    assert sum(one["rows"] for one in bins) == 24


def test_texts_have_the_longest_and_the_most_frequent(shop):
    """Also in a table without a key."""
    table = "/api/data-products/shop:main/tables/keyless"
    columns = profile(shop, table=table)

    assert (columns["a"]["longest"], columns["a"]["different_values"]) == (1, 1)
    assert [(top["value"], top["rows"]) for top in columns["b"]["top"]] == [
        (0, 3),
        (1, 2),
    ]


def test_dates_have_bins_of_days_months_or_years(odd):
    """As long as the range is; each is named by its date."""
    client = odd(
        "create table odd (day date, month date, year date)",
        "insert into odd values ('2026-01-01', '2026-01-01', '2020-01-01'),"
        " ('2026-01-31', '2026-06-30', '2026-06-30')",
    )
    columns = profile(client, table=ODD)

    assert {name: [b["low"] for b in c["bins"]] for name, c in columns.items()} == {
        "day": ["2026-01-01", "2026-01-31"],
        "month": ["2026-01", "2026-06"],
        "year": ["2020", "2026"],
    }


def test_an_empty_table_and_a_column_of_nulls_have_a_profile(odd):
    """They have rows and NULLs to tell, and nothing else."""
    client = odd("create table odd (a integer, b text)")
    empty = profile(client, table=ODD)["a"]
    with sqlite3.connect("home/odd.db") as connection:
        connection.execute("insert into odd (a) values (1), (2)")
    connection.close()
    nulls = profile(client, table=ODD)["b"]

    assert (empty["rows"], empty["nulls"], empty["bins"]) == (0, 0, [])
    assert (nulls["rows"], nulls["nulls"], nulls["top"]) == (2, 2, [])
    assert (empty["problem"], nulls["problem"]) == ("", "")


def test_bytes_are_told_by_their_nulls_alone(shop):
    """Nobody reads pictures to compare them."""
    picture = profile(shop, "?columns=picture")["picture"]

    assert (picture["rows"], picture["nulls"], picture["low"]) == (25, 23, None)


def test_infinity_counts_for_nothing_but_itself(odd):
    """The ends, the mean and the histogram are those of the finite numbers."""
    client = odd(
        "create table odd (n real)", "insert into odd values (1.0), (3.0), (9e999)"
    )
    n = profile(client, table=ODD)["n"]

    assert (n["low"], n["high"], n["mean"], n["not_finite"]) == (1.0, 3.0, 2.0, 1)
    assert sum(one["rows"] for one in n["bins"]) == 2


def test_a_huge_text_is_cut(odd):
    """A page has no room for a megabyte, and no condition that says it."""
    client = odd(
        "create table odd (t text)",
        "insert into odd values (hex(zeroblob(500000))), (hex(zeroblob(500000)))",
    )
    t = profile(client, table=ODD)["t"]

    assert t["longest"] == 1_000_000
    assert len(t["high"]) <= 301
    assert [(v["where"], len(v["value"])) for v in t["top"]] == [([], 301)]


def test_names_that_are_words_of_sql_are_names(odd):
    """Every name is quoted."""
    client = odd(
        'create table odd ("select" integer, "group by" date, "count(*)" text)',
        "insert into odd values (1, '2026-01-01', 'x')",
    )
    columns = profile(client, table=ODD)

    assert {name: c["different_values"] for name, c in columns.items()} == {
        "select": 1,
        "group by": 1,
        "count(*)": 1,
    }


def test_a_wide_table_is_told_in_parts(odd):
    """The first forty of a thousand columns, and the names of those that come next."""
    names = ", ".join(f"c{n} integer" for n in range(1000))
    client = odd(f"create table odd ({names})")
    answer = client.get(f"{ODD}/profile").json["data"]

    assert len(answer["columns"]) == 40
    assert answer["next_columns"] == [f"c{n}" for n in range(40, 80)]


def test_a_profile_is_kept_until_something_is_written(odd):
    """The second answer is the first one; after a change it is another."""
    client = odd("create table odd (a integer)")
    first = client.get(f"{ODD}/profile").json["data"]
    second = client.get(f"{ODD}/profile").json["data"]
    asked_again = client.get(f"{ODD}/profile?again=true").json["data"]

    assert second == first
    assert asked_again["made_at"] > first["made_at"]


def test_a_profile_is_of_the_rows_that_are_left(shop):
    """Conditions count as they do for rows."""
    assert profile(shop, "?columns=id&where=id:lt:4")["id"]["rows"] == 3


@pytest.mark.parametrize(
    ("different", "alone", "rows", "table_rows", "about"),
    [
        (10, 0, 1000, 1_000_000, 10),
        (1000, 1000, 1000, 1_000_000, 1_000_000),
        (500, 250, 1000, None, 500),
        (500, 250, 1000, 1_000_000, 666),
    ],
)
def test_different_values_are_reckoned(different, alone, rows, table_rows, about):
    """Few that repeat are all there are; where none repeats, none will."""
    assert estimate_different(different, alone, rows, table_rows) == about
