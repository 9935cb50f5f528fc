"""The log's file copied by a job, as a worker runs it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from entrepot.base.errors import Missing
from entrepot.composition import build_house
from entrepot.jobs import KINDS, SHIPPED, JobStopped
from entrepot.watch import jobs
from entrepot.watch.events import LogKept
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.keeping import folder_of, list_kept
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry


class Worked:
    """A job's `Work` that notes what it is told, and may be stopped at a stage."""

    id = "0b1e"
    attempt = 1
    parameters: dict[str, object] = {}

    def __init__(self, stop_at: str = "") -> None:
        self.stages: list[str] = []
        self._stop_at = stop_at

    def advance(self, *, percent=None, stage=None) -> None:
        if stage not in self.stages:
            self.stages.append(stage)
        if stage == self._stop_at:
            raise JobStopped("the job was cancelled")


def keep(house, stop_at=""):
    """Do the job's work; return what it told and its facts."""
    work = Worked(stop_at)
    return work.stages, KINDS[jobs.KEEP_LOG].run(house, work)


@pytest.fixture
def logged(environ):
    """A house that keeps two copies of its log, in which three lines stand."""
    house = build_house(environ | {"ENTREPOT_WATCH_LOGS_KEPT_COUNT": "2"})
    entries = [
        Entry(
            at=1_790_000_000 + n, level="INFO", logger="entrepot", message=f"line {n}"
        )
        for n in range(3)
    ]
    with closing(open_to_write(log_store(house).path)) as connection:
        add_entries(connection, entries)
    yield house
    house.close()


def messages(path):
    """Return what a copy's lines say."""
    with closing(sqlite3.connect(path)) as copy:
        return [m for (m,) in copy.execute("SELECT message FROM logs ORDER BY id")]


def test_the_log_is_copied_and_looked_through(logged, heard):
    """The copy is a log by itself, and its lines are counted."""
    stages, facts = keep(logged)

    assert stages == ["copying", "checking"]
    assert messages(facts["path"]) == ["line 0", "line 1", "line 2"]
    assert facts["lines"] == 3
    assert facts["size_bytes"] == Path(facts["path"]).stat().st_size
    assert [e.lines for e in heard if isinstance(e, LogKept)] == [3]


@pytest.mark.parametrize("stage", ["copying", "checking"])
def test_a_copy_that_is_stopped_is_not_kept(logged, stage):
    """Nor is anything left of it."""
    keep(logged)
    before = list(folder_of(logged).iterdir())

    with pytest.raises(JobStopped):
        keep(logged, stop_at=stage)

    assert list(folder_of(logged).iterdir()) == before


def test_the_newest_copies_stay(logged):
    """As many as the setting says; what a killed one left goes as well."""
    folder_of(logged).mkdir(parents=True)
    (folder_of(logged) / ".log_20260101_000000_000000.db.part").touch()
    made = [keep(logged)[1]["path"] for _ in range(3)]

    assert [str(path) for path in list_kept(logged)] == made[:0:-1]
    assert len(list(folder_of(logged).iterdir())) == 2


def test_without_a_log_nothing_is_kept(house):
    """It says where the log would be."""
    with pytest.raises(Missing, match=r"app_logs\.db"):
        keep(house)


def test_the_schedule_is_shipped():
    """Each night, in the kind that does it."""
    assert SHIPPED["Back up the log"].kind == jobs.KEEP_LOG
