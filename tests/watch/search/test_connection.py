"""SQL over the log: the connection `log`, through the wall, and never written."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest

from entrepot.base.errors import Denied
from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Statement,
    add_connection,
    get_connection,
    list_connections,
    list_readable,
    open_database,
)
from entrepot.watch.log.store import log_store
from tests.watch.lines.conftest import entry, fill

__all__ = ["fill"]
COUNT = "SELECT level, count(*) AS lines FROM logs GROUP BY level ORDER BY level"
WORDS = "SELECT rowid FROM logs_words WHERE logs_words MATCH 'crate'"


@pytest.fixture
def filled(fill):
    """Three lines."""
    levels = ("INFO", "ERROR", "ERROR")
    return fill([entry(n, one, message="crate") for n, one in enumerate(levels)])


def run(client, sql):
    """Run SQL on the log."""
    return client.post("/api/sql/execute", json={"sql": sql, "connection": "log"})


def test_the_log_is_read_by_sql(signed_in, filled):
    """Its lines, and the index of their words."""
    analyst = signed_in("analyst")

    answer = run(analyst, COUNT + " LIMIT 5")
    assert answer.status_code == 200, answer.json
    rows = {row["level"]: row["lines"] for row in answer.json["data"]["rows"]}
    assert rows["ERROR"] == 2
    assert len(run(analyst, WORDS).json["data"]["rows"]) == 3


def test_viewers_do_not_find_it(signed_in, filled):
    """By no address."""
    assert run(signed_in("analyst"), COUNT).status_code == 200
    viewer = signed_in("viewer")

    assert run(viewer, COUNT).status_code in (403, 404)
    for path in (
        "/api/connections/log",
        "/api/connections/log/test",
    ):
        assert viewer.get(path).status_code in (403, 404, 405)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM logs",
        "INSERT INTO logs_words (logs_words) VALUES ('delete-all')",
        "VACUUM INTO '/tmp/never.db'",
        "ATTACH '/tmp/never.db' AS x",
        "PRAGMA journal_mode = DELETE",
        "WITH x AS (SELECT 1) UPDATE logs SET message = ''",
    ],
)
def test_nothing_writes_to_it(client, house, filled, sql):
    """Neither the console nor what it may do elsewhere."""
    log_store(house).flush()
    before = digest(house)

    assert run(client, "SELECT 1 AS one").status_code == 200
    assert run(client, sql).status_code in (400, 403)
    with pytest.raises(Denied, match="can only be read"):
        open_database(house, "log").change(Statement(sql=sql), ReadOptions(), keep=True)
    assert digest(house) == before


def digest(house):
    """A hash of the lines that were there."""
    with closing(sqlite3.connect(log_store(house).path)) as reader:
        rows = reader.execute("SELECT * FROM logs WHERE message = 'crate'").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_it_is_offered_where_sql_is_written(signed_in, house, filled):
    """To whoever may read it, beside what people registered."""
    text = signed_in("analyst").get("/console", headers={"Accept": "text/html"}).text

    assert 'value="log"' in text
    assert "log" not in [one.name for one in list_connections(house)]
    assert [one.name for one in list_readable(house)] == ["log"]
    assert get_connection(house, "log").origin == "server"


def test_a_registered_connection_of_its_name_goes_before_it(house, filled):
    """Whoever had one keeps it."""
    (house.home / "other.db").touch()
    add_connection(house, name="log", url=f"sqlite:///{house.home}/other.db")

    assert get_connection(house, "log").origin == "stored"
    assert [one.origin for one in list_readable(house)] == ["stored"]


def test_a_table_of_it_is_exported(client, filled):
    """As of every connection."""
    wanted = {
        "source": {"connection": "log", "table": "logs", "where": ["level:eq:ERROR"]},
        "format": "csv",
        "wait": True,
    }
    answer = client.post("/api/exports", json=wanted)

    assert answer.status_code == 200, answer.json
    assert answer.json["data"]["receipt"]["rows"] == 2
