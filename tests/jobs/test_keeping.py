"""What of a job is kept, and what the many jobs tell."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from entrepot.accounts import User
from entrepot.base.errors import NotThere
from entrepot.jobs import Job, get_job, get_statistics, list_stuck_jobs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stored(house, column) -> str:
    """Return the text of a JSON column as the database has it."""
    with house.store.read_session() as session:
        return str(session.scalar(text(f"SELECT CAST({column} AS text) FROM jobs")))


@pytest.mark.parametrize("column", ["parameters", "options", "result"])
def test_secrets_are_not_stored(both, column):
    """By name at any depth, and in addresses; the rest stays as it is."""
    given = {
        "access_token": "tok-hunter2",
        "shop": {"api_key": "key-hunter2", "name": "Lamps"},
        "feeds": [{"Password": "pw-hunter2", "rows": 3}],
        "url": "see ftp://ada:url-hunter2@feeds.example/x for it",
        "use_token": True,
        "authorization": "",
    }
    with both.store.session() as session:
        session.add(Job(script_name="full_import", **{column: given}))

    with both.store.read_session() as session:
        kept = getattr(session.scalars(select(Job)).one(), column)
    assert "hunter2" not in stored(both, column)
    assert kept == {
        "access_token": "***",
        "shop": {"api_key": "***", "name": "Lamps"},
        "feeds": [{"Password": "***", "rows": 3}],
        "url": "see ftp://ada:***@feeds.example/x for it",
        "use_token": True,
        "authorization": "",
    }


def test_secrets_that_come_later_are_not_stored_either(both):
    """A parameter set in place is both stored and cleaned."""
    with both.store.session() as session:
        session.add(Job(script_name="x", parameters={"limit": 3}))
    with both.store.session() as session:
        job = session.scalars(select(Job)).one()
        job.parameters["access_token"] = "hunter2"

    with both.store.read_session() as session:
        kept = session.scalars(select(Job)).one().parameters
    assert kept == {"limit": 3, "access_token": "***"}


def test_a_new_job_knows_its_defaults_at_once():
    """Before it is stored as after it."""
    job = Job(script_name="  full_import ")

    assert len(job.job_uuid) == 36
    assert job.job_uuid != Job(script_name="x").job_uuid
    assert (job.script_name, job.status, job.progress) == ("full_import", "pending", 0)
    assert (job.priority, job.retry_count, job.max_retries) == (0, 0, 3)


def test_a_job_outlives_the_person_who_asked_for_it(both):
    """It is nobody's then."""
    with both.store.session() as session:
        user = User(email="ada@example.com", password_hash="x")
        session.add(user)
        session.flush()
        session.add(Job(script_name="x", user_id=user.id))
    with both.store.session() as session:
        assert session.scalars(select(Job)).one().user.email == "ada@example.com"
        session.execute(text("DELETE FROM users"))

    with both.store.read_session() as session:
        assert session.scalars(select(Job)).one().user_id is None


def test_a_job_that_is_not_there_is_missing(both):
    """Its id is named."""
    with both.store.session() as session, pytest.raises(NotThere, match="'nobody'"):
        get_job(session, "nobody")


@pytest.fixture
def some_jobs(both):
    """Jobs of the hour before noon, and one of the day before."""
    hour = NOON - timedelta(hours=1)
    old = NOON - timedelta(days=1)
    with both.store.session() as session:
        for name, status, made, seen, seconds in [
            ("import", "completed", hour, hour, 10),
            ("import", "completed", hour, hour, 20),
            ("import", "running", hour, hour, None),
            ("icons", "running", hour, NOON, None),
            ("icons", "failed", hour, hour, 500),
            ("icons", "completed", old, old, 7000),
        ]:
            session.add(
                Job(
                    script_name=name,
                    status=status,
                    created_at=made,
                    heartbeat_at=seen,
                    actual_duration=seconds,
                )
            )
    return both


def test_jobs_are_counted(some_jobs):
    """By state and by script; the mean is of those that were completed."""
    with some_jobs.store.read_session() as session:
        found = get_statistics(session, since=NOON - timedelta(hours=2))

    assert (found.total, found.mean_seconds) == (5, 15.0)
    assert found.by_script == {"import": 3, "icons": 2}
    assert found.by_status == {
        "pending": 0,
        "running": 2,
        "completed": 2,
        "failed": 1,
        "cancelled": 0,
    }


def test_stuck_jobs_are_found(some_jobs):
    """Those that run and were silent for half an hour; no others."""
    with some_jobs.store.read_session() as session:
        stuck = list_stuck_jobs(session, at=NOON)

    assert [(job.script_name, job.status) for job in stuck] == [("import", "running")]
