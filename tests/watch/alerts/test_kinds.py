"""What each kind of rule looks at, and when it cannot."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import select

from entrepot.base.times import now
from entrepot.connections import add_connection
from entrepot.jobs import KINDS as JOBS
from entrepot.jobs import Job, ScheduleWanted, schedule_job
from entrepot.watch import log_store
from entrepot.watch.alerts.evaluating import look
from entrepot.watch.alerts.kinds import KINDS
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.spec import ACCESS, Entry
from tests.watch.alerts.conftest import START


@pytest.fixture
def see(house):
    """A function that returns what a condition sees now: labels, value, is met."""

    def seen(condition, at=None):
        looked = look(house, condition, at or now() + timedelta(seconds=1))
        assert looked.error == ""
        return [(dict(s.labels), s.value, s.is_met) for s in looked.samples]

    return seen


@pytest.fixture
def answer(house):
    """A function that writes answered requests into the log."""

    def write(status, milliseconds, count=1):
        store = log_store(house)
        for _ in range(count):
            store.put(
                Entry(
                    now().timestamp(),
                    "INFO",
                    ACCESS,
                    f"GET /x {status}",
                    endpoint="get_x",
                    method="GET",
                    status_code=status,
                    duration_ms=milliseconds,
                )
            )
        store.flush()

    return write


def test_each_kind_says_what_it_is():
    """Its example is of it, and its words end in a full stop."""
    for kind in KINDS:
        assert parse_condition(kind.example).kind == kind.name
        assert kind.summary.endswith(".")


def test_requests_are_measured(see, answer):
    """Rates, shares and durations; of one endpoint too."""
    answer(200, 100.0, 6)
    answer(500, 3_000.0, 2)
    of = {"endpoint": "get_x"}

    assert see("error_rate > 20% over 10 minutes") == [({}, 25.0, True)]
    assert see("error_rate >= 0.3 over 10 minutes") == [({}, 0.25, False)]
    assert see("error_rate > 0.1 per minute over 10 minutes") == [({}, 0.2, True)]
    assert see("max(http_request_duration) > 2s over 10 minutes") == [({}, 3.0, True)]
    mean = see('avg(http_request_duration{endpoint="get_x"}) > 1s over 10 minutes')
    assert mean == [(of, pytest.approx(0.825), False)]
    nowhere = see('count(http_request_duration{endpoint="no"}) > 0 over 10 minutes')
    assert nowhere == [({"endpoint": "no"}, 0, False)]


def test_lines_are_found_in_the_language_of_the_search(see, answer):
    """With NOT, ranges and patterns."""
    answer(200, 100.0, 6)
    answer(500, 3_000.0, 2)
    search = "endpoint:get_* AND duration_ms:>1000 AND NOT status_code:200"

    assert see(f'logs("{search}") > 1 over 10 minutes') == [({}, 2, True)]
    assert see('logs("duration_ms:>1000 OR status_code:200") > 8 over 10 minutes') == [
        ({}, 8, False)
    ]


def test_gauges_are_measured_by_their_labels(house, see):
    """Those that were sampled in the window, folded as asked."""
    at = int(START.timestamp())
    rows = [
        (at - 150, "entrepot_jobs", '{"state": "failed"}', "", 2.0),
        (at - 30, "entrepot_jobs", '{"state": "failed"}', "", 6.0),
        (at - 30, "entrepot_jobs", '{"state": "pending"}', "", 1.0),
        (at - 30, "entrepot_db_pool_connections", '{"state": "in_use"}', "a:1", 27.0),
    ]
    log_store(house).add_samples(rows)
    log_store(house).flush()
    failed = {"state": "failed"}

    found = see('max(entrepot_jobs{state="failed"}) > 5 over 5 minutes', START)
    assert found == [(failed, 6.0, True)]
    assert len(see("last(entrepot_jobs) > 5 over 5 minutes", START)) == 2
    assert see("db_pool_usage >= 90%", START) == [({}, 90.0, True)]


def test_claims_are_looked_at(house, see, tmp_path):
    """Checks of this server, and connections that do not let us in."""
    file = tmp_path / "home" / "shop.db"
    file.parent.mkdir(exist_ok=True)
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE t (n)")
    made.close()
    add_connection(house, name="shop-1", url=f"sqlite:///{file}")

    assert see("database_failed == true") == [({}, 0.0, False)]
    assert see("shop_1_connection_failed == true")[0][1:] == (0.0, False)
    file.unlink()
    found = see("connection_failed == true")
    assert found == [({"connection": "shop-1"}, 1.0, True)]


def test_a_query_gives_numbers_and_labels(house, see, tmp_path):
    """The last column is compared; too many rows, writes and words are refused."""
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE orders (place TEXT, late INTEGER)")
        made.executemany(
            "INSERT INTO orders VALUES (?, ?)", [("Bremen", 7), ("Oslo", 1)]
        )
    made.close()
    add_connection(house, name="shop", url=f"sqlite:///{file}")

    def why(sql):
        return look(house, f'sql("shop", "{sql}") > 5', now()).error

    assert see('sql("shop", "SELECT place, late FROM orders ORDER BY 1") > 5') == [
        ({"place": "Bremen"}, 7.0, True),
        ({"place": "Oslo"}, 1.0, False),
    ]
    assert see('sql("shop", "SELECT max(late) AS n FROM orders WHERE 0") > 5') == [
        ({}, None, False)
    ]
    assert "is no number" in why("SELECT place FROM orders")
    assert why("DELETE FROM orders") != ""
    assert "more than 100 rows" in why(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "SELECT i, i AS v FROM n"
    )


def test_a_schedule_that_was_not_done_is_late(house, see):
    """From its last success; of all together, from when it was due after that."""
    kind = sorted(JOBS)[0]
    schedule_job(house, ScheduleWanted(name="Nightly", kind=kind, cron="0 2 * * *"))
    assert see('schedule("Nightly") > 26h')[0][2] is False
    with house.store.session() as session:
        session.add(
            Job(
                script_name=kind,
                subject="schedule:Nightly",
                status="completed",
                completed_at=now() - timedelta(hours=50),
            )
        )

    named = see('schedule("Nightly") > 26h')[0]
    of_all = see("schedule() > 2h")[0]
    assert (named[0], named[2]) == ({"schedule": "Nightly"}, True)
    assert 50 <= named[1] < 51
    assert 26 <= of_all[1] <= 50
    assert look(house, 'schedule("Weekly") > 1d', now()).error.startswith("there is no")


def test_jobs_that_failed_are_counted(house, see):
    """In the window, of one kind or of each."""
    with house.store.session() as session:
        for kind, hours in (("exports.run", 1), ("exports.run", 30), ("x.y", 1)):
            at = now() - timedelta(hours=hours)
            session.add(Job(script_name=kind, status="failed", completed_at=at))
    with house.store.read_session() as session:
        assert len(session.scalars(select(Job)).all()) == 3

    one = see('failed_jobs{kind="exports.run"} > 0 over 1 day')
    assert one == [({"kind": "exports.run"}, 1.0, True)]
    assert len(see("failed_jobs > 0 over 1 day")) == 2
    assert see('failed_jobs{kind="none"} > 0') == [({"kind": "none"}, 0.0, False)]


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("no_such_thing > 3", "no metric named 'no_such_thing'"),
        ("sum(http_request_duration) > 3", "http_request_duration has no sum"),
        ("request_rate > 3s", "is no time"),
        ('error_rate{method="GET"} > 3', "has the label endpoint"),
        ('logs("level:ERROR AND (") > 3', "logs, character 18"),
        ('logs("level:LOUD") > 3', "LOUD"),
        ('feed("nowhere", failed) > 0', "no feed named 'nowhere'"),
        ("nowhere_connection_failed == true", "no connection named 'nowhere'"),
        ("moon_failed == true", "no metric named 'moon_failed'"),
    ],
)
def test_what_cannot_be_looked_at_says_why(house, condition, why):
    """In words that name what would have worked."""
    looked = look(house, condition, now())

    assert why in looked.error
    assert looked.may_pass is False
