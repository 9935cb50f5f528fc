"""A small demo, made once, and a connection to look into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.composition import build_house
from entrepot.demo import make_demo
from entrepot.migrations import ensure


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A demo of 3,000 order items in a home of its own."""
    home = tmp_path_factory.mktemp("home")
    house = build_house(
        {
            "ENTREPOT_HOME": str(home),
            "CONFIG_DIR": str(home / "app"),
            "LOG_DB_PATH": str(home / "logs" / "app_logs.db"),
        }
    )
    ensure(house)
    yield make_demo(house, items=3_000)
    house.close()


@pytest.fixture
def ask(made):
    """A function that asks the demo's file and gives all rows."""
    with closing(sqlite3.connect(f"{made.path.as_uri()}?mode=ro", uri=True)) as db:
        yield lambda sql: db.execute(sql).fetchall()
