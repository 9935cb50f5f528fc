"""Background work on our own database, run as a worker runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.errors import InvalidValue, Unavailable, UnknownName
from entrepot.jobs import KINDS, SHIPPED, JobStopped
from entrepot.operations import jobs, list_backups, verify_backup
from entrepot.operations.cleanup import list_cleanups
from entrepot.operations.configurations.saved import list_saved


class Worked:
    """A job's `Work` that notes what it is told, and may be stopped at a stage."""

    id = "0b1e"
    attempt = 1

    def __init__(self, stop_at: str = "", **parameters: object) -> None:
        self.parameters = parameters
        self.stages: list[str] = []
        self.percents: list[float] = []
        self._stop_at = stop_at

    def advance(self, *, percent=None, stage=None, **rows) -> None:
        if stage is not None and stage not in self.stages:
            self.stages.append(stage)
        if percent is not None:
            self.percents.append(percent)
        self.check()

    def check(self) -> None:
        if self._stop_at in self.stages:
            raise JobStopped("the job was cancelled")


def run(house, kind, work):
    """Do a job's work."""
    return KINDS[kind].run(house, work)


STAGES = {
    "sqlite": ["counting", "copying", "restoring", "checking"],
    "postgresql": ["dumping", "restoring"],
}


def test_a_backup_tells_how_far_it_is(kept):
    """It is verified, its facts are told, and the percentage never goes back."""
    work = Worked(description="by schedule")
    facts = run(kept, jobs.BACK_UP, work)

    [made] = list_backups(kept)
    assert verify_backup(Path(str(facts["file"]))) == made
    assert (facts["rows"], facts["sha256"]) == (made.row_count, made.sha256)
    assert made.description == "by schedule"
    stages = STAGES[kept.store.url.get_backend_name()]
    assert [stage for stage in work.stages if stage in stages] == work.stages
    assert work.percents == sorted(work.percents)


def test_a_backup_is_stopped_at_each_stage(kept):
    """Nothing of it stays, and the next one is made."""
    for stage in STAGES[kept.store.url.get_backend_name()]:
        work = Worked(stop_at=stage)
        with pytest.raises(JobStopped):
            run(kept, jobs.BACK_UP, work)
    folder = kept.home / "backups"

    assert [path.name for path in folder.iterdir()] == [".lock"]
    run(kept, jobs.BACK_UP, Worked())
    assert len(list_backups(kept)) == 1


def test_the_configuration_is_saved(full):
    """As a file, whose place is told."""
    facts = run(full, jobs.SAVE_CONFIGURATION, Worked())

    assert [str(path) for path in list_saved(full)] == [facts["path"]]


def test_compacting_must_be_worth_it(kept):
    """A SQLite database without free pages is only counted; PostgreSQL does both."""
    facts = run(kept, jobs.OPTIMIZE, Worked())

    is_sqlite = kept.store.url.get_backend_name() == "sqlite"
    assert facts["did"] == ("ANALYZE" if is_sqlite else "VACUUM (ANALYZE)")


def test_a_database_with_much_free_space_is_compacted(full):
    """What a large table leaves is given back."""
    with full.store.session() as session:
        driver = session.connection().exec_driver_sql
        driver("CREATE TABLE large (text)")
        driver("INSERT INTO large VALUES (zeroblob(3000000))")
        driver("DROP TABLE large")
    facts = run(full, jobs.OPTIMIZE, Worked())

    assert facts["did"] == "VACUUM and ANALYZE"
    assert facts["gained_bytes"] > 2_500_000


@pytest.fixture
def cleanups(monkeypatch):
    """Three things to tidy up in the place of all: one is kept, one is in trouble."""
    asked: list[tuple[str, int]] = []

    def add(name, usual_days, error=None):
        def tidy(house, days, is_dry):
            asked.append((name, days))
            if error:
                raise error
            return days

        made = Cleanup(summary="For a test.", run=tidy, usual_days=usual_days)
        monkeypatch.setitem(CLEANUPS, name, made)

    for name in list_cleanups():
        monkeypatch.delitem(CLEANUPS, name)
    add("archive", None)
    add("broken", 1, Unavailable("somebody holds it"))
    add("drafts", 7)
    return asked


def test_each_thing_is_tidied_up_at_its_own_age(full, cleanups):
    """What is not named goes by itself only if its room says so."""
    work = Worked(days={"drafts": 3, "archive": 90})
    facts = run(full, jobs.CLEAN_UP, work)

    assert facts == {"drafts": 3, "archive": 90}
    assert work.percents == [0, 50]


def test_trouble_with_one_thing_does_not_keep_the_others(full, cleanups):
    """The job fails with it, when the others are done."""
    with pytest.raises(Unavailable, match="somebody holds it"):
        run(full, jobs.CLEAN_UP, Worked())

    assert cleanups == [("broken", 1), ("drafts", 7)]


@pytest.mark.parametrize(
    ("days", "error"), [({"dust": 3}, UnknownName), ({"drafts": "3"}, InvalidValue)]
)
def test_what_cannot_be_tidied_up_is_refused(full, cleanups, days, error):
    """An unknown name, or an age that is none."""
    with pytest.raises(error):
        run(full, jobs.CLEAN_UP, Worked(days=days))

    assert cleanups == []


def test_every_schedule_that_is_shipped_has_its_kind():
    """Its time and zone are read when it is made; its parameters are plain."""
    ours = {name: s.kind for name, s in SHIPPED.items() if s.kind.startswith("oper")}

    assert ours == {
        "Back up the database": jobs.BACK_UP,
        "Save the configuration": jobs.SAVE_CONFIGURATION,
        "Clean up": jobs.CLEAN_UP,
        "Compact the database": jobs.OPTIMIZE,
    }
    assert set(ours.values()) <= set(KINDS)
