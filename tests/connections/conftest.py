"""Small databases to register, and houses whose settings a test chooses."""

import sqlite3

import pytest

from entrepot.composition import build_house
from entrepot.migrations import ensure
from tests.databases import copy_schema


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory: an allowed folder with the database `shop.db`."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    make_database(folder / "shop.db")
    return folder


@pytest.fixture
def build(environ, folder, sqlite_template):
    """Build a house with these settings; each is one process of ours, as it were."""
    houses = []

    def build(**settings):
        houses.append(build_house({**environ, **settings}))
        copy_schema(houses[-1], sqlite_template)
        ensure(houses[-1])
        return houses[-1]

    yield build
    for house in houses:
        house.close()


@pytest.fixture
def house(build):
    """A house in the allowed folder, its database ready."""
    return build()


def make_database(path):
    """Make a database of one table with one row."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE item (name TEXT)")
        connection.execute("INSERT INTO item VALUES ('lamp')")
    connection.close()
    return path
