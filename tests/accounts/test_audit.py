"""The audit trail is written with the act, and only grows."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from entrepot.accounts.audit import Wanted, list_records
from entrepot.accounts.audit_verify import verify
from entrepot.base.acting import SYSTEM, Actor, become
from entrepot.base.events import emit
from entrepot.operations import migrate, roll_back
from tests.accounts.trail import Tried, Whispered, act, rows, tamper
from tests.serving.servers import surroundings

ANN = Actor(
    name="ann@example.com",
    kind="person",
    user_id=7,
    address="192.0.2.7",
    request_id="r-1",
)
WRITER = """
from entrepot.composition import build_house, hear
from tests.accounts.trail import act
house = build_house()
hear(house)
act(25)
house.close()
"""


@pytest.fixture
def as_ann():
    """Ann acts during the test."""
    become(ANN)
    yield
    become(SYSTEM)


def test_an_audited_event_is_remembered_with_who_did_it(audited, as_ann):
    """Who, from where, by which request, and what the event told."""
    emit(Tried(what="door", count=3))
    emit(Whispered(what="secret"))

    [record] = list_records(audited, Wanted())

    assert (record.id, record.event) == (1, "Tried")
    assert (record.actor_name, record.actor_kind) == ("ann@example.com", "person")
    assert (record.actor_user_id, record.actor_address) == (7, "192.0.2.7")
    assert (record.request_id, record.facts) == ("r-1", {"what": "door", "count": 3})
    assert verify(audited).is_whole


def test_a_record_lives_and_dies_with_the_act(audited):
    """What is rolled back has not happened, and leaves no gap."""

    def fail():
        with audited.store.session():
            act(2)
            raise ZeroDivisionError

    act(1)
    with pytest.raises(ZeroDivisionError):
        fail()
    act(1)

    assert [row["id"] for row in rows(audited)] == [1, 2]
    assert verify(audited).is_whole


def test_without_its_record_the_act_fails(audited):
    """The transaction of an act that cannot be recorded is rolled back."""
    with audited.store.session() as session:
        session.execute(text("CREATE TABLE thing (name VARCHAR(10))"))
    tamper(audited, "DROP TABLE accounts_audit")

    def write():
        with audited.store.session() as session:
            session.execute(text("INSERT INTO thing VALUES ('kept?')"))
            act(1)

    with pytest.raises(DBAPIError):
        write()

    with audited.store.read_session() as session:
        assert session.scalar(text("SELECT count(*) FROM thing")) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_audit SET actor_name = 'bob' WHERE id = 2",
        "DELETE FROM accounts_audit WHERE id = 2",
        "DELETE FROM accounts_audit",
    ],
)
def test_the_database_refuses_to_change_it(audited, statement):
    """Not even we can, with the rights of the program."""
    act(3)
    before = rows(audited)

    with (
        pytest.raises(DBAPIError, match="the audit trail only grows"),
        audited.store.session() as session,
    ):
        session.execute(text(statement))

    assert rows(audited) == before


def test_what_does_not_fit_is_cut_and_said(audited):
    """Long texts, NULs and lone surrogates neither fail the act nor fill the disk."""
    emit(Tried(what="x" * 100_000))
    emit(Tried(what="a\0b\ud800c"))

    odd, long = [record.facts["what"] for record in list_records(audited, Wanted())]

    assert odd == "a�b?c"
    assert long == "x" * 1988 + "…+98012"
    assert all(len(str(row["facts"])) <= 8000 for row in rows(audited))
    assert verify(audited).is_whole


def test_writers_from_several_processes_make_one_chain(audited, environ):
    """Four processes at once leave a hundred records without a gap or a fork."""

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WRITER],
            env=surroundings(environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(start, range(4)))

    assert [(end.returncode, end.stderr) for end in ends] == [(0, "")] * 4
    assert [row["id"] for row in rows(audited)] == list(range(1, 101))
    assert verify(audited).is_whole


def test_threads_make_one_chain(audited):
    """Acts of one process at the same time wait for each other."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: act(5), range(8)))

    assert verify(audited).records == 40
    assert verify(audited).is_whole


def test_records_are_found_by_actor_event_and_time(audited, as_ann):
    """Each filter narrows; older ones follow by number."""
    act(3)
    become(Actor(name="bob_%@example.com", kind="person"))
    act(2)
    middle = list_records(audited, Wanted(event="Tried"))[2].at

    def ids(**wanted):
        return [record.id for record in list_records(audited, Wanted(**wanted))]

    assert ids() == [5, 4, 3, 2, 1]
    assert ids(actor="BOB_%") == [5, 4]
    assert ids(actor="ann", limit=2) == [3, 2]
    assert ids(before_id=3) == [2, 1]
    assert ids(since=middle) == [5, 4, 3]
    assert ids(until=middle) == [2, 1]
    assert ids(event="Nothing") == []


def test_facts_are_kept_as_they_were_signed(audited):
    """The text in the table is JSON in one order, on both databases."""
    act(1)

    [row] = rows(audited)

    assert row["facts"] == '{"count": 0, "what": "door"}'
    assert json.loads(str(row["facts"])) == {"count": 0, "what": "door"}


def test_the_step_goes_back_and_forth(audited):
    """Its table and its guards go and come again, on both databases."""
    act(1)
    roll_back(audited, "0002", accept_losses=True)
    migrate(audited)
    act(1)

    assert [row["id"] for row in rows(audited)] == [1, 2]  # the way up is one as well
    with pytest.raises(DBAPIError), audited.store.session() as session:
        session.execute(text("DELETE FROM accounts_audit"))
