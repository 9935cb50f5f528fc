"""Statements are measured on connections and our own database, and told by shape."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text

from entrepot.base.errors import Invalid
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, StatementRead, add_connection, open_database
from entrepot.jobs.models import Job
from entrepot.watch.history.keeper import Keeper
from entrepot.watch.history.statements import plans, service
from entrepot.watch.history.statements.own_plans import own_steps
from entrepot.watch.history.statements.server import list_server_statements
from entrepot.watch.history.tallies import tallies
from tests.serving.servers import until

SELECT = "SELECT id, name FROM goods WHERE id <> {}"


@pytest.fixture
def shop(serving, tmp_path, monkeypatch):
    """A serving house with a registered database of three rows."""
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT)")
        database.executemany("INSERT INTO goods VALUES (?, 'x')", [(1,), (2,), (3,)])
        database.commit()
    add_connection(serving.house, name="shop", url=str(tmp_path / "shop.db"))
    return serving


@pytest.fixture
def keeper(shop):
    """What writes, when it is told to."""
    made = Keeper(shop.house, "web")
    yield made
    made.close()


def read(house, sql, table=None):
    statement = Statement(sql=sql, table=table)
    database = open_database(house, "shop")
    with database.read(statement, ReadOptions()) as stream:
        return sum(batch.num_rows for batch in stream.batches)


def shapes(house, **asked):
    now = datetime.now(UTC)
    asked = {"since": now - timedelta(hours=1), "until": now + timedelta(1), **asked}
    return service.list_shapes(house, **asked).statements


def test_a_read_tells_of_itself(shop, heard):
    """Rows and time; that it failed, with the error's name; no text in its facts."""
    read(shop.house, SELECT.format(7), table=("main", "goods"))
    with pytest.raises(Invalid):
        read(shop.house, "SELECT FROM goods")

    good, bad = [event for event in heard if isinstance(event, StatementRead)]
    assert (good.connection, good.schema, good.table) == ("shop", "main", "goods")
    assert (good.rows, good.code) == (3, "")
    assert good.seconds > 0
    assert bad.code
    assert "statement" not in good.facts()


def test_statements_of_one_shape_are_one(shop, keeper):
    """Counted together, without a value."""
    for number in (5, 6, 77):
        read(shop.house, SELECT.format(number))
    keeper.write(time.time())

    (found,) = [s for s in shapes(shop.house, connection="shop") if "<>" in s.sql]
    assert (found.sql, found.times, found.rows) == (SELECT.format("?"), 3, 9)
    assert 0 < found.mean_ms <= found.max_ms <= found.total_ms


def test_our_own_statements_are_among_them(shop, keeper):
    """They have no connection; `-` asks for them."""
    keeper.write(time.time())

    own = shapes(shop.house, connection="-")

    assert any(s.sql.startswith("INSERT INTO connections_") for s in own)
    assert {s.connection for s in own} == {""}


def test_a_slow_statement_has_a_plan(shop, keeper, monkeypatch):
    """The database is asked how, without running it; values are not in it."""
    monkeypatch.setattr(plans, "EXPLAIN_SECONDS", 60.0)  # however busy the machine
    tallies(shop.house).statements._slow_ms = 0.0
    read(shop.house, "SELECT name FROM goods WHERE name = 'secret'")
    keeper.look(time.time())

    def planned():
        asked = shapes(shop.house, connection="shop")
        return [s for s in asked if "name =" in s.sql and s.plan]

    # The keeper's own thread may be asking for it just now.
    until(planned)
    (found,) = planned()
    assert "goods" in found.plan
    assert "secret" not in found.plan
    assert found.planned_at is not None


def test_our_own_slow_statement_has_a_plan(shop, keeper):
    """Of either kind of database; for admins alone."""
    keeper.write(time.time())
    tallies(shop.house).statements._slow_ms = 0.0
    with shop.house.store.session() as session:
        session.scalars(select(Job).where(Job.priority > 7, Job.queue == "x")).all()
        session.execute(delete(Job).where(Job.script_name.like("a%b")))
    keeper.write(time.time())
    keeper.look(time.time())

    asked = {"connection": "-", "limit": 500}
    plans = [s for s in shapes(shop.house, with_own_plans=True, **asked) if s.plan]
    assert {one.sql.split()[0] for one in plans} == {"SELECT", "DELETE"}
    assert all("jobs" in one.plan and one.planned_at for one in plans)
    assert not [s.plan for s in shapes(shop.house, **asked) if s.plan]


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA user_version = 7",
        "DROP TABLE jobs",
        "SELECT 1; DROP TABLE jobs",
        "SELECT FROM",
        "SELECT nothing FROM nowhere",
        "COMMIT",
    ],
)
def test_what_has_no_plan_does_nothing(both, sql):
    """Neither a second statement nor one that only the planner would run."""
    assert own_steps(both.store, "SELECT job_uuid FROM jobs")

    assert own_steps(both.store, sql) == []
    with both.store.read_connection() as connection:
        assert connection.execute(text("SELECT count(*) FROM jobs")).scalar() == 0


def test_what_cannot_be_written_is_written_later(shop, keeper):
    """It waits in memory, once."""
    store = keeper._store
    keeper._store = _Away()
    read(shop.house, SELECT.format(1))
    keeper.write(time.time())
    keeper._store = store
    before = shapes(shop.house, connection="shop")
    keeper.write(time.time())

    assert before == []
    (found,) = [s for s in shapes(shop.house, connection="shop") if "<>" in s.sql]
    assert found.times == 1


class _Away:
    """A database that is not there."""

    def __init__(self):
        from sqlalchemy.engine import make_url

        self.url = make_url("postgresql://nowhere/x")

    def session(self):
        raise OSError("away")

    read_session = session

    def close(self):
        """Nothing is open."""


def test_only_postgresql_counts_by_itself(shop):
    """For others it is said why there is nothing."""
    found = list_server_statements(shop.house, "shop", sort="total", limit=5)

    assert found.statements == []
    assert "PostgreSQL" in found.problem


def test_without_the_extension_it_is_said(both):
    """Our own database may have it, or be of another kind."""
    found = list_server_statements(both, "", sort="total", limit=5)

    assert found.statements == []
    assert found.problem
