"""Facets: values of columns and how many rows have each."""

import pytest

ORDERS = "/api/data-products/shop:main/tables/Order%20Details"
NAME = "na.me, 'q' \"x\""


def facets(client, query, table=ORDERS):
    """Return what an address answers that must be good."""
    answer = client.get(f"{table}/facets?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def counted(client, query, table=ORDERS):
    """Return the values of the only facet, with their rows."""
    (facet,) = facets(client, query, table)["facets"]
    assert facet["problem"] == ""
    return [(value["value"], value["rows"]) for value in facet["values"]]


def test_values_come_with_their_rows(shop):
    """The most frequent first, then by value; NULL is one of them."""
    assert counted(shop, "facet=is_open") == [(None, 23), (False, 1), (True, 1)]
    assert counted(shop, "facet=big&limit=2") == [(7, 2), (None, 1)]


def test_counts_respect_the_filters(shop):
    """`where` leaves rows out of the counts, as it does of the page."""
    assert counted(shop, "facet=big&where=id:lt:4") == [
        (None, 1),
        (7, 1),
        (str(2**53 + 1), 1),
    ]


@pytest.mark.parametrize("column", ["id", "price", "big", "day", "at", "is_open", NAME])
def test_a_value_says_which_conditions_leave_its_rows(shop, column):
    """They leave exactly as many rows as were counted, and the value is on then."""
    (facet,) = _facets(shop, column)
    assert facet["values"]
    for value in facet["values"]:
        query = {"where": value["where"], "total": "exact", "limit": 1}
        rows = shop.get(ORDERS, query_string=query).json
        (again,) = _facets(shop, column, where=value["where"])

        assert rows["page"]["total"] == value["rows"]
        assert any(one["is_on"] for one in again["values"])


def _facets(client, column, **query):
    answer = client.get(f"{ORDERS}/facets", query_string={"facet": column, **query})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]["facets"]


def test_dates_are_counted_by_year_and_within_one_by_month(shop):
    """A click on the year leads to its months."""
    (years,) = _facets(shop, "day")
    (months,) = _facets(shop, "day", where=years["values"][0]["where"])

    assert (years["by"], [v["value"] for v in years["values"]]) == (
        "year",
        ["2024", "1970", None],
    )
    assert (months["by"], months["values"]) == (
        "month",
        [
            {
                "value": "2024",
                "rows": 1,
                "where": ["day:ge:2024-01-01", "day:lt:2025-01-01"],
                "is_on": True,
            },
            {
                "value": "2024-02",
                "rows": 1,
                "where": ["day:ge:2024-02-01", "day:lt:2024-03-01"],
                "is_on": False,
            },
        ],
    )


def test_there_is_more_behind_the_limit(shop):
    """A facet says that it does not have all values."""
    assert facets(shop, "facet=id&limit=24")["facets"][0]["has_more"] is True
    assert facets(shop, "facet=id&limit=25")["facets"][0]["has_more"] is False


def test_columns_with_few_values_are_suggested(shop):
    """Not the key, nor what differs in every row, nor what is a facet already."""
    table = "/api/data-products/shop:main/tables/keyless"
    asked = facets(shop, "", table)
    given = facets(shop, "facet=b", table)

    assert asked["suggested"] == [{"column": "b", "different_values": 2}]
    assert (asked["facets"], given["suggested"]) == ([], [])


def test_bytes_are_not_counted_and_others_still_are(shop):
    """One facet that cannot be does not take the rest with it."""
    found = facets(shop, "facet=picture&facet=is_open")["facets"]

    assert [(f["problem"], len(f["values"])) for f in found] == [
        ("bytes are not counted", 0),
        ("", 3),
    ]


def test_an_unknown_column_is_named(shop):
    """With those there are."""
    answer = shop.get(f"{ORDERS}/facets?facet=pricy")

    assert (answer.status_code, answer.json["code"]) == (400, "unknown-name")
