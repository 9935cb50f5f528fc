"""A house that knows the connection `shop`, and people who run statements on it."""

from __future__ import annotations

import sqlite3

import pytest

from entrepot.base.identity import Identity
from entrepot.connections import add_connection

ROWS = 3_000
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT sum(i) FROM n"
)


@pytest.fixture
def shop(house, client, tmp_path, monkeypatch):
    """The client of a house whose connection `shop` has a table of 3,000 items."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "home" / "shop.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany(
        "INSERT INTO item VALUES (?, ?)", ((n, f"item {n}") for n in range(1, ROWS + 1))
    )
    connection.commit()
    connection.close()
    add_connection(house, name="shop", url=f"sqlite:///{path}", by="test")
    return client


@pytest.fixture
def anna():
    """An analyst."""
    return Identity(name="anna@example.com", role="analyst")


@pytest.fixture
def ben():
    """Another analyst."""
    return Identity(name="ben@example.com", role="analyst")


@pytest.fixture
def admin():
    """An admin."""
    return Identity(name="admin@example.com", role="admin")


@pytest.fixture
def ask(shop):
    """A function that posts to `/api/sql/…` and gives the answer's status and JSON."""

    def ask(path, **body):
        answer = shop.post(f"/api/sql/{path}", json=body)
        return answer.status_code, answer.json

    return ask
