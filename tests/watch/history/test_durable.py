"""The durable log takes warnings and business events out of the log's file, once."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from entrepot.accounts import User, add_user
from entrepot.base.cleanups import CLEANUPS
from entrepot.base.store import Store
from entrepot.jobs import Job
from entrepot.watch import SystemLog, log_store
from entrepot.watch import cleanup as _cleanup
from entrepot.watch.history import durable
from entrepot.watch.history.durable import follow_log
from entrepot.watch.history.lookup import Kept, list_kept
from entrepot.watch.spec import Entry

assert _cleanup


@pytest.fixture
def log(both):
    """A function that puts lines into the log's file."""

    def put(*lines, **facts):
        for level, logger, message in lines:
            log_store(both).put(Entry(time.time(), level, logger, message, **facts))
        log_store(both).flush()

    return put


@pytest.fixture
def follow(both):
    """A function that takes what is new."""
    store = Store(both.settings)
    yield lambda: follow_log(both, store)
    store.close()


def messages(house, **asked):
    found = list_kept(house, Kept(**asked), limit=100)
    return [line.message for line in found.lines]


def test_what_matters_is_kept(both, log, follow):
    """From warnings on whoever said it, and what happened to jobs and the like."""
    log(
        ("INFO", "entrepot.jobs", "A job did its work"),
        ("INFO", "entrepot.access", "GET / 200"),
        ("DEBUG", "entrepot.jobs", "detail"),
        ("WARNING", "some.library", "careful"),
        ("ERROR", "entrepot.web", "broke"),
    )

    assert follow() == 3
    assert messages(both) == ["broke", "careful", "A job did its work"]


def test_a_line_is_taken_once(both, log, follow):
    """However often somebody looks."""
    log(("ERROR", "x", "one"))
    assert follow() == 1
    assert follow() == 0
    log(("ERROR", "x", "two"))

    assert follow() == 1
    assert messages(both) == ["two", "one"]


def test_it_goes_on_where_it_could_not(both, log, follow):
    """While our own database is away the lines wait in the file."""
    log(("ERROR", "x", "one"))
    away = Store(both.settings)
    away.session = _refuse
    with pytest.raises(OSError, match="away"):
        follow_log(both, away)
    away.close()
    log(("ERROR", "x", "two"))

    assert follow() == 2
    assert messages(both) == ["two", "one"]


def _refuse():
    raise OSError("away")


def test_facts_come_with_it(both, log, follow):
    """The request, the person, the job, where they are known; else without."""
    email, password = "a@example.com", "seven grey harbour cranes"
    add_user(both, email=email, password=password, role="viewer")
    with both.store.session() as session:
        job = Job(script_name="x")
        session.add(job)
        session.flush()
        uuid = job.job_uuid
        user_id = session.scalars(select(User.id)).one()
    log(("ERROR", "x", "known"), user_id=user_id, job_id=uuid, request_id="r-1")
    log(("ERROR", "x", "gone"), user_id=999, job_id="nothing", fields={"n": 1})
    follow()

    gone, known = list_kept(both, Kept(logger="x"), limit=2).lines
    assert (known.user, known.job_id, known.request_id) == (
        "a@example.com",
        uuid,
        "r-1",
    )
    assert (gone.user, gone.job_id) == (None, None)
    assert gone.extra_data == {"n": 1, "job_id": "nothing"}


def test_a_flood_is_cut_and_said(both, log, follow, monkeypatch):
    """Who is far behind begins nearer to the end."""
    monkeypatch.setattr(durable, "MOST_BEHIND", 5)
    log(*[("ERROR", "x", str(n)) for n in range(12)])

    assert follow() == 6
    assert messages(both, q="passed over") == [
        "7 lines of the log were passed over: too many came"
    ]
    assert messages(both, logger="x") == ["11", "10", "9", "8", "7"]


def test_it_is_read_narrowed_and_in_pages(both, log, follow):
    """Newest first; each page says where the next begins."""
    log(*[("ERROR", "a.b", f"line {n}") for n in range(5)], request_id="r")
    log(("WARNING", "c", "other"))
    follow()

    page = list_kept(both, Kept(logger="a"), limit=2)
    rest = list_kept(both, Kept(logger="a", before=page.older), limit=10)

    assert [line.message for line in page.lines] == ["line 4", "line 3"]
    assert (page.total, len(rest.lines), rest.older) == (5, 3, None)
    assert messages(both, levels=("WARNING",)) == ["other"]
    assert messages(both, q="LINE 3") == ["line 3"]
    assert messages(both, request_id="r", q="4") == ["line 4"]
    assert messages(both, until=datetime(2020, 1, 1, tzinfo=UTC)) == []


def test_after_ninety_days_lines_go(both, log, follow):
    """The nightly clean-up has it among its own."""
    log(("ERROR", "x", "young"))
    follow()
    with both.store.session() as session:
        old = datetime.now(UTC) - timedelta(days=91)
        session.add(SystemLog(level="ERROR", message="old", created_at=old))
    cleanup = CLEANUPS["logs"]

    gone = cleanup.run(both, cleanup.usual_days, False)

    assert gone == 1
    assert messages(both) == ["young"]


def test_another_file_begins_anew(both, log, follow):
    """Where its numbers are lower than before, it is another one."""
    log(*[("ERROR", "x", str(n)) for n in range(3)])
    follow()
    store = log_store(both)
    both.shelf.drop("log")
    store.close()
    for path in store.path.parent.glob(f"{store.path.name}*"):
        path.unlink()
    from entrepot.watch.log.file import add_entries, open_to_write

    connection = open_to_write(store.path)
    add_entries(connection, [Entry(time.time(), "ERROR", "x", "new")])
    connection.close()

    assert follow() == 1
    with both.store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(SystemLog)) == 4
