"""A restore puts a checked backup in place, and keeps what was there."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from entrepot.accounts.audit import find_head
from entrepot.accounts.audit_heads import write_head
from entrepot.accounts.audit_verify import verify
from entrepot.base.errors import EntrepotError
from entrepot.composition import build_house, hear
from entrepot.migrations import ensure
from entrepot.operations import (
    BackupDamaged,
    DatabaseInUse,
    DatabaseRestored,
    NotOurBackup,
    SchemaNewer,
    back_up,
    migration_status,
    plan_restore,
    restore,
    roll_back,
)
from tests.operations.conftest import fill, names
from tests.running import ROOT

THREE = ["shop-1", "shop-2", "shop-3"]
FIVE = [*THREE, "shop-4", "shop-5"]


def test_a_restore_brings_the_rows_back_and_keeps_the_others(kept, heard):
    """The database before can be restored in its turn."""
    made = back_up(kept)
    fill(kept, 4, 5)
    plan = plan_restore(kept, Path(made.path))
    told = plan.now["connections_connection"], plan.then["connections_connection"]
    assert told == (5, 3)

    done = restore(kept, Path(made.path))

    assert names(kept) == THREE
    assert [e.kept_aside for e in heard if isinstance(e, DatabaseRestored)] == [
        done.kept_aside
    ]
    restore(kept, Path(done.kept_aside))
    assert names(kept) == FIVE


def test_the_trail_is_whole_after_a_restore(kept):
    """What was recorded since the backup is gone with it, and the trail says why."""
    hear(kept)
    made = back_up(kept)
    for number in range(3):
        back_up(kept, description=str(number))
    write_head(kept, find_head(kept))

    restore(kept, Path(made.path))

    assert verify(kept).first_break is None
    assert find_head(kept).id < 4


def test_nothing_of_the_old_files_is_left_beside_the_new_one(full, backup):
    """A stale log of writes would be played into the restored database."""
    fill(full, 4, 5)
    assert (full.home / "entrepot.db-wal").exists()

    restore(full, Path(backup.path))
    full.store.close()

    assert names(full) == THREE
    with closing(sqlite3.connect(full.home / "entrepot.db")) as whole:
        assert whole.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_an_older_backup_leaves_nothing_of_the_newer_schema(kept):
    """Its schema is as old as it was, so that its migrations can follow."""
    roll_back(kept, "001", accept_losses=True)
    old = back_up(kept)
    from entrepot.operations import migrate

    migrate(kept)

    restore(kept, Path(old.path))

    assert migration_status(kept).current_version == "0001"
    migrate(kept)
    assert migration_status(kept).pending_versions == []
    assert names(kept) == THREE


def test_a_server_of_this_home_holds_a_restore_back(kept):
    """Nothing is touched while one runs; afterwards it goes."""
    made = back_up(kept)
    fill(kept, 4, 5)
    server = build_house(dict(_environ(kept)))
    ensure(server)

    with pytest.raises(DatabaseInUse):
        restore(kept, Path(made.path))

    assert names(kept) == FIVE
    server.close()
    restore(kept, Path(made.path))
    assert names(kept) == THREE


def test_another_program_that_has_the_file_open_holds_it_back(full, backup):
    """SQLite itself says so."""
    with closing(sqlite3.connect(full.home / "entrepot.db")) as shell:
        shell.execute("SELECT count(*) FROM users").fetchone()

        with pytest.raises(DatabaseInUse, match="another process has"):
            restore(full, Path(backup.path))

    assert names(full) == THREE
    assert list(full.home.glob("*pre-restore*")) == []


def test_a_ruined_database_is_set_aside(full, backup):
    """It is why people restore; it is kept, and not called a backup."""
    full.store.close()
    file = full.home / "entrepot.db"
    file.write_bytes(b"ruined" * 1000)
    (full.home / "entrepot.db-wal").write_bytes(b"old")

    aside = None
    try:
        aside = restore(full, Path(backup.path)).kept_aside
    except EntrepotError as error:
        pytest.fail(error.detail)

    assert names(full) == THREE
    assert Path(aside).read_bytes() == b"ruined" * 1000
    assert not Path(f"{aside}.json").exists()


def test_a_backup_of_a_newer_schema_is_refused(full, tmp_path):
    """The hint says which version made it; nothing is touched."""
    newest = migration_status(full).current_version
    with full.store.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = back_up(full, path=tmp_path / "newer.db")
    with full.store.session() as session:
        query = text("UPDATE alembic_version SET version_num = :version")
        session.execute(query, {"version": newest})

    with pytest.raises(SchemaNewer, match="at step 9999"):
        restore(full, Path(newer.path))

    assert names(full) == THREE


def test_wrong_files_are_refused_before_anything_is_touched(full, backup, tmp_path):
    """Another's database under our manifest, a dump for SQLite, a text, a folder."""
    before = (full.home / "entrepot.db").read_bytes()
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE goods (n)")
    shutil.copy(f"{backup.path}.json", f"{other}.json")
    letter = tmp_path / "letter.db"
    letter.write_text("Dear Sir")

    for wrong in (other, letter, tmp_path, tmp_path / "none.db"):
        with pytest.raises(EntrepotError):
            restore(full, wrong)

    assert (full.home / "entrepot.db").read_bytes() == before
    assert list(full.home.glob("*pre-restore*")) == []


@pytest.mark.parametrize("upkept", ["postgresql"], indirect=True)
def test_a_backup_of_the_other_kind_of_database_is_refused(kept, tmp_path):
    """A dump does not go into a SQLite file."""
    dump = back_up(kept)
    other = build_house({"ENTREPOT_HOME": str(tmp_path / "other")})

    with pytest.raises(NotOurBackup, match="of a postgresql database, ours is sqlite"):
        restore(other, Path(dump.path))

    other.close()


@pytest.mark.parametrize("upkept", ["postgresql"], indirect=True)
def test_a_restore_that_fails_in_the_middle_changes_nothing(kept):
    """PostgreSQL's one transaction: something of others is in the way."""
    made = back_up(kept)
    fill(kept, 4, 5)
    with kept.store.session() as session:
        session.execute(text("DROP TABLE users CASCADE"))
        session.execute(text("CREATE VIEW users AS SELECT 1 AS id"))

    with pytest.raises(EntrepotError):
        restore(kept, Path(made.path))

    assert names(kept) == FIVE


def _environ(house) -> dict[str, str]:
    from entrepot.base import ground_settings as knobs

    given = {"ENTREPOT_HOME": str(house.home), "CONFIG_DIR": str(house.home / "none")}
    url = house.settings[knobs.DATABASE_URL]
    key = house.settings[knobs.SECRET_KEY]
    return given | ({"DATABASE_URL": url, "SECRET_KEY": key} if url else {})


def test_a_start_waits_for_a_restore(full):
    """While one has the home alone, another process does not open the database."""
    from entrepot.operations.upkeep.presence import alone

    code = (
        "from entrepot.composition import build_house\n"
        "from entrepot.migrations import ensure\n"
        "print('begun', flush=True)\n"
        "ensure(build_house())\n"
        "print('open', flush=True)\n"
    )
    with alone(full):
        starting = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**_environ(full), "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert starting.stdout.readline() == "begun\n"
        with pytest.raises(subprocess.TimeoutExpired):
            starting.wait(1)

    assert starting.communicate(timeout=60)[0] == "open\n"


def test_a_backup_that_ends_early_is_refused(kept):
    """Its manifest tells the size; nothing of ours is touched."""
    made = back_up(kept)
    fill(kept, 4, 5)
    path = Path(made.path)
    path.write_bytes(path.read_bytes()[:-4096])

    with pytest.raises(BackupDamaged):
        restore(kept, path)

    assert names(kept) == FIVE
