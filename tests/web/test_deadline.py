"""REQUEST_TIMEOUT ends what a request waits for, with a 504."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.app import create_app
from entrepot.base import deadline
from entrepot.base.rows import ReadOptions
from entrepot.composition import build_house
from entrepot.connections import add_connection, query_source

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n"
)


@pytest.fixture
def client(environ, tmp_path):
    """A client of a house whose requests may take a second."""
    variables = {"REQUEST_TIMEOUT": "1", "ENTREPOT_CONNECTIONS_ROOTS": str(tmp_path)}
    house = build_house({**environ, **variables})
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    app = create_app(house)
    add_connection(house, name="shop", url=str(tmp_path / "shop.db"))

    @app.get("/endless")
    def endless():
        source = query_source(house, "shop", ENDLESS)
        with source.open(ReadOptions(seconds=60)) as stream:
            return str(sum(batch.num_rows for batch in stream.batches))

    @app.get("/left")
    def left():
        return str(deadline.remaining_seconds())

    yield app.test_client()
    house.close()


def test_a_statement_ends_with_its_request(client):
    """It would have run for a minute; the caller is told after a second."""
    answer = client.get("/endless")

    assert (answer.status_code, answer.json["code"]) == (504, "timed-out")
    assert answer.json["retryable"] is True


def test_each_request_has_its_own_time(client):
    """The next one begins anew, and nothing is left over behind it."""
    client.get("/endless")

    assert 0.5 < float(client.get("/left").text) <= 1
    assert deadline.remaining_seconds() is None
