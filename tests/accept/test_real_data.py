"""Every table of four real databases exports to every format and reads back equal."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request

import pytest
from tests.accept.agreement import agrees
from tests.accept.originals import duckdb_rows, postgresql_rows, sqlite_rows
from tests.accept.readers import READERS

TABLES = {"chinook": 11, "northwind": 13, "bestbuy": 1, "chinook_postgresql": 11}


@pytest.fixture
def originals(chinook, northwind, bestbuy, chinook_url):
    """A reader for each connection that does not go through Entrepôt."""
    return {
        "chinook": sqlite_rows(chinook),
        "northwind": sqlite_rows(northwind),
        "bestbuy": duckdb_rows(bestbuy),
        "chinook_postgresql": postgresql_rows(chinook_url),
    }


@pytest.fixture
def get(server):
    """A function that gives the body of an address."""

    def call(path, **query):
        address = f"{server}/api/data-products{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.read()

    return call


@pytest.fixture
def tables(get):
    """A function that gives (path, name, key) of every table of a connection."""

    def call(connection):
        products = json.loads(get(""))["data"]
        product = next(p for p in products if p["connection"] == connection)
        base = f"/{connection}:{product['schema']}/tables"
        for table in json.loads(get(base))["data"]:
            if table["type"] == "table":
                path = f"{base}/{urllib.parse.quote(table['name'])}"
                columns = json.loads(get(f"{path}/structure"))["data"]["columns"]
                key = [c["name"] for c in columns if c["primary_key"]]
                yield path, table["name"], key or [columns[0]["name"]]

    return call


@pytest.mark.parametrize("format", sorted(READERS))
@pytest.mark.parametrize("connection", sorted(TABLES))
def test_every_table_reads_back_equal(connection, format, tables, get, originals):
    """Rows, order and values are the database's own, in every format."""
    wrong = []
    listed = list(tables(connection))
    for path, table, key in listed:
        body = get(f"{path}/export", format=format, order_by=",".join(key))
        found = READERS[format](body)
        wanted = originals[connection](table, key)
        if len(found) != len(wanted):
            wrong.append((table, len(found), len(wanted)))
        wrong += [
            (table, want, got)
            for row, other in zip(wanted, found, strict=False)
            for want, got in zip(row, other, strict=True)
            if not agrees(want, got, format)
        ][:3]

    assert wrong == []
    assert len(listed) == TABLES[connection]
