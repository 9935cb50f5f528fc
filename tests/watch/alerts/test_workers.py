"""Alerts as people run them: a server and two workers, who tell once."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sqlite3
import sys
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import func, select

from entrepot.connections import add_connection
from entrepot.jobs.models import Worker
from entrepot.watch.alerts.models import AlertHistory, AlertRule
from entrepot.watch.alerts.rules import add_rule
from entrepot.watch.alerts.spec import RuleWanted
from tests.contracts.channel import SECRET
from tests.databases import KEY
from tests.serving.servers import SERVE, free_port, started, until

pytestmark = pytest.mark.fault
WORKER = (sys.executable, "-m", "entrepot", "worker")
LATE = 'sql("shop", "SELECT count(*) AS late FROM orders") > 0'


@pytest.fixture
def surroundings(surroundings):
    """Rules are looked at each second; secrets are sealed with one key for all."""
    return surroundings | {
        "SECRET_KEY": KEY,
        "ENTREPOT_WATCH_ALERTS_INTERVAL_SECONDS": "1",
        "ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32",
    }


@pytest.fixture
def orders(house, tmp_path, monkeypatch):
    """A function that runs SQL in a registered database, whose orders may be late."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "shop.db"

    def run(sql):
        with closing(sqlite3.connect(path)) as database:
            database.execute(sql)
            database.commit()

    run("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    add_connection(house, name="shop", url=str(path))
    return run


@pytest.fixture
def rule(house, hook, orders):
    """The number of a rule that the receiver is told of."""
    wanted = RuleWanted(name="Late orders", condition=LATE, channels=(hook,))
    return add_rule(house, wanted).id


@pytest.fixture
def crew(house, surroundings, tmp_path):
    """A server with its worker, and another worker; both take part."""
    with ExitStack() as stack:
        for command in (SERVE, WORKER):
            stack.enter_context(started(command, free_port(), surroundings, tmp_path))
        until(lambda: _count(house, Worker) == 2)
        yield


def _count(house, model, *where):
    wanted = select(func.count()).select_from(model).where(*where)
    with house.store.read_session() as session:
        return session.scalar(wanted)


def _looks(house, rule, times):
    """Wait until a rule was looked at so often."""
    seen = set()

    def look():
        with house.store.read_session() as session:
            at = session.scalar(
                select(AlertRule.evaluated_at).where(AlertRule.id == rule)
            )
        seen.add(at)
        return len(seen) > times

    until(look)


def test_two_workers_tell_once_that_it_fires_and_that_it_is_over(
    house, rule, orders, crew, receiver
):
    """Signed, however often both look while nothing changes."""
    _looks(house, rule, 2)
    assert receiver.asked == []

    orders("INSERT INTO orders VALUES (1)")
    until(lambda: receiver.asked)
    _looks(house, rule, 5)
    orders("DELETE FROM orders")
    until(lambda: len(receiver.asked) > 1)
    _looks(house, rule, 5)

    events = [json.loads(asked.body)["event"] for asked in receiver.asked]
    assert events == ["alert.firing", "alert.resolved"]
    assert [_is_signed(asked) for asked in receiver.asked] == [True, True]
    assert _count(house, AlertHistory, AlertHistory.rule_id == rule) == 1


def _is_signed(asked):
    at, seal = re.fullmatch(
        r"t=(\d+),v1=(\w+)", asked.headers["x-entrepot-signature"]
    ).groups()
    signed = f"{at}.".encode() + asked.body
    return seal == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
