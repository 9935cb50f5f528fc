"""The durable log answers the documents' query."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import InvalidValue
from entrepot.jobs import Job
from entrepot.watch import SystemLog

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_last_errors_are_found(both):
    """Newest first, ten of them; a level in small letters is the same level."""
    with both.store.session() as session:
        for minute in range(12):
            at = NOON + timedelta(minutes=minute)
            session.add(SystemLog(level="error", message=f"{minute}", created_at=at))
        session.add(SystemLog(level="INFO", message="fine"))

    with both.store.read_session() as session:
        recent = (
            session.query(SystemLog)
            .filter(SystemLog.level == "ERROR")
            .order_by(SystemLog.created_at.desc())
            .limit(10)
            .all()
        )
    assert [line.message for line in recent] == [str(n) for n in range(11, 1, -1)]


def test_a_line_outlives_its_job(both):
    """It keeps what it says, without secrets."""
    with both.store.session() as session:
        job = Job(script_name="x")
        session.add(job)
        session.flush()
        extra = {"token": "hunter2", "rows": 3}
        session.add(
            SystemLog(level="WARNING", message="m", job_id=job.id, extra_data=extra)
        )
        session.flush()
        session.execute(text("DELETE FROM jobs"))

    with both.store.read_session() as session:
        line = session.scalars(select(SystemLog)).one()
    assert (line.job_id, line.extra_data) == (None, {"token": "***", "rows": 3})


@pytest.mark.parametrize("level", ["", "x" * 21, None])
def test_a_line_has_a_level(level):
    """A word of at most 20 characters."""
    assert SystemLog(level=" info ", message="m").level == "INFO"
    with pytest.raises(InvalidValue, match="level"):
        SystemLog(level=level, message="m")


@pytest.mark.parametrize("column", ["level", "message"])
def test_the_database_refuses_a_line_without(both, column):
    """Plain SQL gets the time by default, and nothing else."""
    values = {"level": "'INFO'", "message": "'m'"}

    def insert(values):
        with both.store.session() as session:
            session.execute(
                text(
                    f"INSERT INTO system_logs ({', '.join(values)}) "
                    f"VALUES ({', '.join(values.values())})"
                )
            )

    insert(values)
    with pytest.raises(IntegrityError):
        insert(values | {column: "NULL"})
    with both.store.read_session() as session:
        at = session.scalars(select(SystemLog)).one().created_at
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
