"""Kills, full disks and crowds: what is left is whole, or says what to do."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from entrepot.base import ground_settings as knobs
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import (
    MigrationsPending,
    back_up,
    list_backups,
    migrate,
    migration_status,
)
from tests.migrations.conftest import MADE_TABLE, write_step
from tests.operations.conftest import names
from tests.running import ROOT

pytestmark = pytest.mark.fault

OURS = "20300101_000000"
STOPS = f"""\
{MADE_TABLE}
if isinstance(op.get_bind(), sa.Connection):  # it runs, and is not only looked at
    print('in the middle', flush=True)
    input()
"""


def environ_of(house) -> dict[str, str]:
    """Return what a process of this house needs."""
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "ENTREPOT_HOME": str(house.home),
        "CONFIG_DIR": str(house.home / "none"),
        "MIGRATION_BACKUP_BEFORE_UPGRADE": "false",
    }
    url = house.settings[knobs.DATABASE_URL]
    secret = house.settings[knobs.SECRET_KEY]
    return given | ({"DATABASE_URL": url, "SECRET_KEY": secret} if url else {})


def start(house, code: str, **more: object) -> subprocess.Popen[str]:
    """Run Python with a house at hand."""
    begin = "from entrepot.composition import build_house\nhouse = build_house()\n"
    return subprocess.Popen(
        [sys.executable, "-c", begin + code],
        env=environ_of(house),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


MIGRATES = "from entrepot.operations import migrate\nmigrate(house)\n"


def test_a_migration_that_is_killed_leaves_nothing(kept):
    """The next start says what to run, and that succeeds."""
    newest = migration_status(kept).current_version
    path = write_step(kept, OURS, newest, up=STOPS)
    child = start(kept, MIGRATES)
    assert child.stdout.readline() == "in the middle\n"

    child.send_signal(signal.SIGKILL)
    child.communicate()

    with kept.store.engine.connect() as connection:
        assert "shelf" not in inspect(connection).get_table_names()
    with pytest.raises(MigrationsPending) as caught:
        ensure(kept)
    assert "entrepot db migrate" in caught.value.hint
    path.unlink()
    write_step(kept, OURS, newest)
    assert migrate(kept).versions == (OURS,)
    assert names(kept) == ["shop-1", "shop-2", "shop-3"]


def test_two_that_migrate_at_once_take_turns(kept):
    """One does the work; the other waits and finds nothing to do."""
    newest = migration_status(kept).current_version
    write_step(kept, OURS, newest, up=STOPS)
    first, second = start(kept, MIGRATES), None
    assert first.stdout.readline() == "in the middle\n"
    second = start(kept, f"print('begun', flush=True)\n{MIGRATES}")
    assert second.stdout.readline() == "begun\n"
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(2)

    first_end = first.communicate("\n", timeout=60)
    second_end = second.communicate(timeout=60)

    assert (first.returncode, second.returncode) == (0, 0), (first_end, second_end)
    assert second_end == ("", "")
    query = text(f"SELECT count(*) FROM migration_history WHERE version = '{OURS}'")
    with kept.store.read_session() as session:
        assert session.scalar(query) == 1


def test_a_backup_that_is_killed_is_no_file_that_looks_good(full):
    """Nothing is listed, and the next backup sweeps what is left."""
    child = start(
        full,
        "from entrepot.operations import back_up\n"
        "back_up(house, progress=lambda *_: (print('half', flush=True), input()))\n",
    )
    assert child.stdout.readline() == "half\n"

    child.send_signal(signal.SIGKILL)
    child.communicate()

    folder = full.home / "backups"
    assert list_backups(full) == []
    assert len(list(folder.glob(".*.part"))) == 1
    made = back_up(full)
    assert {p.name for p in folder.iterdir()} == {
        ".lock",
        made.name,
        f"{made.name}.json",
    }


FAKE = """#!/bin/sh
if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) {major}"; exit; fi
for word; do [ "$last" = -f ] && echo half > "$word"; last="$word"; done
{then}
"""


@pytest.mark.parametrize("upkept", ["postgresql"], indirect=True)
@pytest.mark.parametrize("then", ["echo half; kill -9 $PPID", "exit 1"])
def test_a_dump_that_breaks_off_is_no_backup(kept, tmp_path, then):
    """Be it pg_dump that fails, or our process that is killed meanwhile."""
    with kept.store.read_session() as session:
        major = session.scalar(text("SHOW server_version_num"))[:2]
    program = tmp_path / "pg_dump"
    program.write_text(FAKE.format(major=major, then=then))
    program.chmod(0o755)
    child = subprocess.run(
        [sys.executable, "-m", "entrepot", "db", "backup"],
        env={**environ_of(kept), "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert child.returncode != 0
    assert "k p/t" not in child.stderr
    assert list_backups(kept) == []
    assert back_up(kept).state == "verified"


def test_a_full_disk_leaves_no_backup(full):
    """It is said as such; the database goes on."""
    with full.store.session() as session:
        session.execute(text("CREATE TABLE ballast (n BLOB)"))
        session.execute(text("INSERT INTO ballast VALUES (zeroblob(3000000))"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    child = subprocess.run(
        [sys.executable, "-m", "entrepot", "db", "backup"],
        env=environ_of(full),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )

    assert child.returncode == 6, child.stderr
    assert "disk is full" in child.stderr
    assert list_backups(full) == []
    assert list((full.home / "backups").glob(".*.part")) == []
    assert names(full) == ["shop-1", "shop-2", "shop-3"]


def test_a_restore_that_is_killed_leaves_a_whole_database(full):
    """The old one, as long as the new one has not its name."""
    made = back_up(full)
    with full.store.session() as session:
        session.execute(text("UPDATE connections_connection SET name = 'x' || id"))
    full.store.close()
    child = start(
        full,
        "import os, signal\n"
        "from pathlib import Path\n"
        "from entrepot.operations import restore\n"
        "real = os.replace\n"
        "def killed(source, target):\n"
        "    if str(target).endswith('entrepot.db'):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(source, target)\n"
        "os.replace = killed\n"
        f"restore(house, Path({made.path!r}))\n",
    )
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL

    again = build_house(environ_of(full))
    ensure(again)
    assert names(again) == ["x1", "x2", "x3"]
    again.close()
    assert Path(made.path).exists()
