"""What can be tidied up goes, and nothing else; counting changes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from entrepot.base.errors import Invalid, UnknownName
from entrepot.catalogue import create_category
from entrepot.jobs import Job
from entrepot.operations import clean_up
from entrepot.watch import SystemLog

LONG_AGO = datetime.now(UTC) - timedelta(days=40)
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def count(house, model) -> int:
    """Return how many rows there are."""
    with house.store.read_session() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_old_log_lines_go(both):
    """Younger ones stay; a dry run only counts."""
    with both.store.session() as session:
        for at in (LONG_AGO, LONG_AGO, YESTERDAY):
            session.add(SystemLog(level="ERROR", message="x", created_at=at))

    assert clean_up(both, ["logs"], is_dry=True) == {"logs": 2}
    assert count(both, SystemLog) == 3
    assert clean_up(both, ["logs"]) == {"logs": 2}
    assert count(both, SystemLog) == 1


def test_old_jobs_go_once_they_ended(both):
    """One that still runs stays, however old it is."""
    with both.store.session() as session:
        for status in ("completed", "failed", "cancelled", "running", "pending"):
            job = Job(script_name="sync", created_at=LONG_AGO)
            session.add(job)
            session.flush()
            session.execute(
                text("UPDATE jobs SET status = :status WHERE id = :id"),
                {"status": status, "id": job.id},
            )

    assert clean_up(both, ["jobs"]) == {"jobs": 3}
    assert count(both, Job) == 2


def test_wrong_paths_are_made_anew(both):
    """A path that somebody broke follows the parents again."""
    with both.store.session() as session:
        child = create_category(session, name="Paper", parent_id=1).id
        session.execute(text(f"UPDATE categories SET path = '/9/' WHERE id = {child}"))

    assert clean_up(both, ["paths"], is_dry=True) == {"paths": 1}
    assert clean_up(both, ["paths"]) == {"paths": 1}
    assert clean_up(both, ["paths"]) == {"paths": 0}


def test_rows_that_point_at_nothing_go(both):
    """On SQLite somebody may have written with foreign keys off."""
    if both.store.url.get_backend_name() == "postgresql":
        assert clean_up(both, ["orphans"]) == {"orphans": 0}
        return
    with closing(sqlite3.connect(both.store.url.database)) as other:
        other.execute(
            "INSERT INTO product_images (product_id, filename, file_path) "
            "VALUES (77, 'a.png', 'a.png')"
        )
        other.commit()

    assert clean_up(both, ["orphans"], is_dry=True) == {"orphans": 1}
    assert clean_up(both, ["orphans"]) == {"orphans": 1}
    assert clean_up(both, ["orphans"]) == {"orphans": 0}


def test_everything_is_asked_without_a_name(both):
    """Each room that knows how is asked."""
    assert clean_up(both) == dict.fromkeys(
        (
            "backups",
            "deliveries",
            "errors",
            "icons",
            "images",
            "imports",
            "jobs",
            "log-file",
            "logs",
            "orphans",
            "paths",
            "runs",
            "sent",
            "traces",
        ),
        0,
    )


def test_what_is_wrong_is_told(both):
    """No number of days, and no such thing."""
    with pytest.raises(Invalid, match="at least 1"):
        clean_up(both, days=0)
    with pytest.raises(UnknownName, match="'pats'"):
        clean_up(both, ["pats"])
