"""Fixtures: the log of a house, and what its file holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.watch import log_store


@pytest.fixture
def store(house):
    """The log of a house, in a file of its own."""
    return log_store(house)


@pytest.fixture
def kept(store):
    """A function that asks the log's file and returns rows."""

    def ask(sql="SELECT message FROM logs ORDER BY id", *values):
        with closing(sqlite3.connect(store.path)) as connection:
            return connection.execute(sql, values).fetchall()

    return ask
