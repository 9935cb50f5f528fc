"""After a restore no job goes on: what it was about may be done, or gone."""

from __future__ import annotations

from sqlalchemy import text

from entrepot.jobs import abandon_jobs
from entrepot.operations import roll_back

MAKE = """
CREATE TABLE {} (workflow_uuid TEXT PRIMARY KEY, status TEXT)
"""


def test_what_was_not_over_is_cancelled(both, add_kind, add_job, row):
    """Its kind is told; what was over stays."""
    told = []
    add_kind(
        "test.rest", ended=lambda house, session, given, end: told.append(end.code)
    )
    waits, runs, done = add_job(), add_job("running"), add_job("completed")

    assert abandon_jobs(both, "restored") == 2
    assert [row(id).status for id in (waits, runs, done)] == [
        "cancelled",
        "cancelled",
        "completed",
    ]
    assert (row(waits).error_message, told) == ("restored", ["abandoned"] * 2)


def test_an_older_schema_is_no_hindrance(both, add_job):
    """The columns that came later are not needed."""
    add_job("running")
    roll_back(both, "0006", accept_losses=True)

    assert abandon_jobs(both, "restored") == 1
    with both.store.read_session() as session:
        asked = text("SELECT status, error_message, completed_at IS NULL FROM jobs")
        assert [tuple(found) for found in session.execute(asked)] == [
            ("cancelled", "restored", False)
        ]


def test_the_queues_are_emptied(both):
    """What waits or runs in them is cancelled; what ended is not touched."""
    name = "workflow_status"
    with both.store.session() as session:
        if both.store.url.get_backend_name() == "postgresql":
            session.execute(text("CREATE SCHEMA dbos"))
            name = f"dbos.{name}"
        session.execute(text(MAKE.format(name)))
        states = ("ENQUEUED", "DELAYED", "PENDING", "SUCCESS")
        for number, state in enumerate(states):
            row = {"id": str(number), "state": state}
            session.execute(text(f"INSERT INTO {name} VALUES (:id, :state)"), row)
    abandon_jobs(both, "restored")

    with both.store.read_session() as session:
        asked = text(f"SELECT status FROM {name} ORDER BY workflow_uuid")
        assert session.scalars(asked).all() == [*["CANCELLED"] * 3, "SUCCESS"]
