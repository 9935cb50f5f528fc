"""Requests that nobody means well: answered, and no fault of ours."""

from __future__ import annotations

import base64

import pytest

from entrepot.connections.dialects.mariadb.targets import Named, named_tables

FAR = base64.urlsafe_b64encode(b"9999-12-31T23:59:59-12:00 x").decode()
NUL = base64.urlsafe_b64encode(b"2026-01-01T00:00:00+00:00 \0").decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("queries/9223372036854775808", 404),
        ("queries/9223372036854775808/versions/9223372036854775808", 404),
        ("queries?q=%00", 400),
        ("runs?q=%00", 400),
        ("runs?since=0001-01-01T00:00:00%2B12:00", 400),
        (f"runs?cursor={FAR}", 400),
        (f"runs?cursor={NUL}", 400),
        ("runs/%00", 404),
        ("results/%00/file", 404),
        (f"links/{'%00' * 22}", 404),
    ],
)
def test_what_no_database_can_look_for_is_not_there(shop, address, status):
    """Whatever database keeps our own tables."""
    assert shop.get("/api/sql/queries").status_code == 200

    assert shop.get(f"/api/sql/{address}").status_code == status


@pytest.mark.parametrize("field", ["name", "description", "note"])
def test_a_saved_query_holds_no_nul(shop, field):
    """PostgreSQL keeps none; neither when it is made nor when it is changed."""
    query = {"name": "q", "connection": "shop", "sql": "SELECT 1"}
    id = shop.post("/api/sql/queries", json=query).json["data"]["id"]

    made = shop.post("/api/sql/queries", json={**query, "name": "r", field: "a\0"})
    changed = shop.patch(f"/api/sql/queries/{id}", json={field: "a\0"})

    assert (made.status_code, changed.status_code) == (400, 400)


def test_what_is_too_deep_to_be_read_names_no_tables():
    """So that it is not tried: nobody can tell what it would change."""
    deep = "DELETE FROM t WHERE " + "(" * 10_000 + "1" + ")" * 10_000

    assert named_tables("DELETE FROM t WHERE (1)").tables == ((None, "t"),)
    assert named_tables(deep) == Named("DELETE")


@pytest.mark.parametrize(
    ("value", "status"), [("2.5", 303), ("nan", 400), ("1e999", 400)]
)
def test_a_number_in_a_form_is_one_that_json_has(shop, value, status):
    """The history keeps it as JSON."""
    form = {"sql": "SELECT :n", "connection": "shop", "value.n": value}

    assert (
        shop.post("/console", data={**form, "kind.n": "number"}).status_code == status
    )
