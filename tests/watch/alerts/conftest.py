"""A house with alerts on both kinds of database, a receiver, and somebody who works."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from entrepot.composition import build_house, load_checks, load_kinds
from entrepot.delivery import DestinationWanted, add_destination
from entrepot.migrations import import_models
from entrepot.watch import log_store
from entrepot.watch.alerts.evaluating import evaluate_all
from entrepot.watch.alerts.rules import add_rule
from entrepot.watch.alerts.spec import RuleWanted
from entrepot.watch.spec import Entry
from tests import working
from tests.answering import answering, reply
from tests.contracts.channel import SECRET

START = datetime.now(UTC).replace(microsecond=0)
"""When tests begin: lines and jobs have the clock's own time."""


@pytest.fixture
def house(surroundings):
    """A house that may deliver to loopback, with a migrated database of its own."""
    import_models()
    load_kinds()
    load_checks()
    said = {
        "ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32",
        "ENTREPOT_DELIVERY_LINK_URL": "https://entrepot.example",
    }
    house = build_house({**surroundings, **said})
    yield house
    house.close()


@pytest.fixture
def receiver():
    """A webhook's other side, which takes everything until it is told otherwise."""
    with answering(lambda asked: reply(status="202 Accepted")) as server:
        yield server


@pytest.fixture
def hook(house, receiver):
    """The name of a destination that leads to the receiver."""
    options = {"url": f"{receiver.url}/hook", "secret": SECRET}
    wanted = DestinationWanted(name="hook", channel="webhook", options=options)
    return add_destination(house, wanted).name


@pytest.fixture
def say(house):
    """A function that writes error lines into the log."""

    def write(count=1, message="no answer from the warehouse", at=None):
        store = log_store(house)
        when = (at or START).timestamp()
        for _ in range(count):
            store.put(Entry(when, "ERROR", "entrepot.exports", message))
        store.flush()

    return write


@pytest.fixture
def rule(house, hook):
    """A function that keeps a rule about error lines, told to the receiver."""

    def keep(name="Errors", condition='logs("level:ERROR") > 2 over 60s', **more):
        given = {"channels": (hook,), **more}
        wanted = RuleWanted(name=name, condition=condition, **given)
        return add_rule(house, wanted, now=START - timedelta(seconds=600))

    return keep


@pytest.fixture
def look(house):
    """A function that lets every rule be looked at, so many seconds after the start."""

    def at(seconds=1.0):
        return evaluate_all(house, now=START + timedelta(seconds=seconds))

    return at


@pytest.fixture
def messages(house, receiver):
    """A function that sends what waits and returns all that arrived, as JSON."""

    def arrived():
        working.do_jobs(house, kinds="delivery.")
        return [json.loads(asked.body) for asked in receiver.asked]

    return arrived
