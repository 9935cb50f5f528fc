"""A database of products that is stopped, frozen, and there again."""

from __future__ import annotations

import os
import signal
import time

import pytest
from tests.catalogue.serving.conftest import FOUR_COLUMNS, variables_of
from tests.services import own_postgresql
from tests.serving.servers import until

from entrepot.catalogue.events import DatabaseFailed, DatabaseUsed, FallenBack
from entrepot.catalogue.serving.source import FALLBACK
from entrepot.watch.metrics.tally import tally

GENEROUS_SECONDS = 2.0
"""What an answer may take here; connecting to what is frozen would take longer."""


@pytest.fixture(scope="module")
def server():
    """A server that these tests may stop, with a product."""
    with own_postgresql() as server:
        server.run(FOUR_COLUMNS)
        server.run("INSERT INTO products (name) VALUES ('Paper')")
        # It commits before its disk has it: what is stopped at once would lose it.
        server.run("CHECKPOINT")
        yield server


@pytest.fixture
def client(server, open_client):
    """A client of what reads there, which has read already."""
    client, _ = open_client(**variables_of(server, "postgres"))
    assert where(client) == "db"
    return client


def where(client, address="/api/products"):
    """Return what X-Data-Source says; the answer must be a good one, and quick."""
    began = time.monotonic()
    answer = client.get(address)
    assert answer.status_code == 200
    assert time.monotonic() - began < GENEROUS_SECONDS
    return answer.headers["X-Data-Source"]


def test_a_stopped_server_is_stood_in_for_until_it_is_back(server, client, heard):
    """The samples at once; told in the documented words, once each; then itself."""
    server.stop()
    assert [where(client) for _ in range(5)] == [FALLBACK] * 5
    assert client.get("/api/products").json[0]["name"] == "Origami Crane"
    assert where(client, "/api/products/2") == FALLBACK
    assert where(client, "/api/products?limit=2") == FALLBACK

    server.start()
    until(lambda: where(client) == "db")
    assert client.get("/api/products").json[0]["name"] == "Paper"
    told = (DatabaseFailed, FallenBack, DatabaseUsed)
    first, *rest = [event.sentence() for event in heard if isinstance(event, told)][-3:]
    assert first.startswith("Database error: ")
    assert rest == ["Falling back to JSON data source", "Using database as data source"]


def test_an_outage_is_counted(server, client, open_client):
    """Each answer that the samples gave; the gauge says 0, and 1 again."""
    house = client.application.extensions["house"]
    server.stop()
    try:
        for _ in range(3):
            where(client)
        counts = tally(house).gather().counts
        fallbacks = [n for key, (n, *_) in counts.items() if "fallback_total" in key]
        assert fallbacks == [3.0]
        assert "catalogue_db_connection_status 0.0" in client.get("/metrics").text
    finally:
        server.start()
    until(lambda: "catalogue_db_connection_status 1.0" in client.get("/metrics").text)


def test_a_frozen_server_holds_nobody_up(server, client):
    """It takes connections and says nothing; when it wakes it is read again."""
    family = [server.process.pid, *_children(server.process.pid)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: client.get("/api/products").headers["X-Data-Source"] == FALLBACK)
        assert {where(client) for _ in range(5)} == {FALLBACK}
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)

    until(lambda: where(client) == "db")


def test_a_server_that_is_away_at_the_start_comes_later(server, open_client):
    """The process starts, and answers with the samples until then."""
    server.stop()
    try:
        client, _ = open_client(**variables_of(server, "postgres"))
        assert where(client) == FALLBACK
    finally:
        server.start()

    until(lambda: where(client) == "db")


def test_a_table_that_is_not_there_yet_is_waited_for(server, client):
    """It is looked for again and again."""
    server.run("ALTER TABLE products RENAME TO kept")
    until(lambda: where(client) == FALLBACK)
    assert client.get("/api/products").json[0]["name"] == "Origami Crane"

    server.run("ALTER TABLE kept RENAME TO products")
    until(lambda: where(client) == "db")
    assert client.get("/api/products").json[0]["name"] == "Paper"


def _children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]
