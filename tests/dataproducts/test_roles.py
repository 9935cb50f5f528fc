"""How much of a table each role may take."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.connections import add_connection

EXPORT = "/api/data-products/wide:main/tables/item/export?format=csv"


@pytest.fixture
def wide(house, tmp_path, monkeypatch):
    """A connection with a table of 100,001 rows."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "wide.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 100001) INSERT INTO item SELECT i FROM n"
        )
        db.commit()
    add_connection(house, name="wide", url=f"sqlite:///{path}")


@pytest.mark.parametrize(("role", "status"), [("viewer", 413), ("analyst", 200)])
def test_a_viewer_exports_up_to_100_000_rows(signed_in, wide, role, status):
    """One more is refused with the way out; fewer of the same table are fine."""
    client = signed_in(role)

    answer = client.get(EXPORT, buffered=True)
    fewer = client.get(f"{EXPORT}&where=id:gt:1", buffered=True)

    assert (answer.status_code, fewer.status_code) == (status, 200)
    if status == 413:
        assert "more than 100,000 rows" in answer.json["detail"]
        assert answer.json["hint"].startswith("filter the rows")
