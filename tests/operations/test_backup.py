"""A backup is whole, of one moment, tried, and told from anything else."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from entrepot.base.acting import Actor, become
from entrepot.base.errors import Conflict, Invalid, Missing, NotThere
from entrepot.composition import build_house
from entrepot.operations import (
    BackupDamaged,
    BackupMade,
    NotOurBackup,
    back_up,
    clean_up,
    list_backups,
    remove_backup,
    verify_backup,
)
from tests.operations.conftest import fill


def test_a_backup_is_tried_before_it_is_kept(kept, heard):
    """It holds the rows that were there, and its manifest tells of them."""
    become(Actor(name="ada", kind="command"))
    made = back_up(kept, description="on a Friday")

    assert (made.state, made.drill) == ("verified", "restored")
    assert (made.created_by, made.description) == ("ada", "on a Friday")
    assert verify_backup(Path(made.path)) == made
    assert list_backups(kept) == [made]
    [event] = [e for e in heard if isinstance(e, BackupMade)]
    assert event.sha256 == made.sha256
    assert {p.name for p in Path(made.path).parent.iterdir()} == {
        ".lock",
        made.name,
        f"{made.name}.json",
    }


def test_what_is_only_in_the_log_of_writes_is_in_the_backup(full):
    """A copy of the file alone would lack it: SQLite keeps it in the -wal."""
    with closing(sqlite3.connect(full.home / "entrepot.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM users").fetchone()
        fill(full, 4, 4)
        assert (full.home / "entrepot.db-wal").stat().st_size > 0

        made = back_up(full)

    with closing(sqlite3.connect(made.path)) as copy:
        query = "SELECT count(*) FROM connections_connection"
        assert copy.execute(query).fetchone() == (4,)


def test_a_backup_under_writes_is_of_one_moment(kept):
    """Counts and copy agree, whatever is written between them."""
    stop = threading.Event()

    def write() -> None:
        number = 10
        while not stop.is_set():
            fill(kept, number, number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [back_up(kept) for _ in range(3)]
    finally:
        stop.set()
        writer.join()

    assert [b.state for b in made] == ["verified"] * 3
    assert made[0].row_count < made[-1].row_count


def test_a_role_that_may_make_no_database_decodes_the_dump(postgresql, environ):
    """The manifest says that the drill was the lesser one."""
    postgresql.run("CREATE ROLE poor LOGIN PASSWORD 'poor'")
    postgresql.run("CREATE DATABASE poor OWNER poor")
    house = build_house(
        {
            **environ,
            "DATABASE_URL": postgresql.url("poor", "poor", "poor"),
            "SECRET_KEY": "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58",
        }
    )
    from entrepot.migrations import ensure

    ensure(house)
    made = back_up(house)
    house.close()
    postgresql.run("DROP DATABASE poor WITH (FORCE)")
    postgresql.run("DROP ROLE poor")

    assert made.drill == "decoded"
    assert verify_backup(Path(made.path)) == made


@pytest.mark.parametrize("which", ["backup", "manifest"])
def test_one_flipped_bit_is_found_wherever_it_is(backup, which, tmp_path):
    """In the header, the pages, the end, and in any byte of the manifest."""
    source = Path(backup.path)
    path = tmp_path / source.name
    shutil.copy(source, path)
    shutil.copy(f"{source}.json", f"{path}.json")
    assert verify_backup(path).sha256 == backup.sha256
    flipped = path if which == "backup" else Path(f"{path}.json")
    whole = flipped.read_bytes()
    chance = random.Random(7)
    places = [0, 15, 18, 27, 99, 100, len(whole) - 1]
    places += [chance.randrange(len(whole)) for _ in range(150)]

    for place in places:
        changed = bytearray(whole)
        changed[place % len(whole)] ^= 1 << chance.randrange(8)
        flipped.write_bytes(changed)
        with pytest.raises((BackupDamaged, NotOurBackup)):
            verify_backup(path)


def test_what_is_no_backup_is_told_as_such(backup, tmp_path):
    """No manifest, another's file, a cut one, or none at all."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE goods (n)")
    cut = tmp_path / backup.name
    cut.write_bytes(Path(backup.path).read_bytes()[:-4096])
    shutil.copy(f"{backup.path}.json", f"{cut}.json")

    with pytest.raises(NotOurBackup, match="no manifest"):
        verify_backup(path)
    with pytest.raises(BackupDamaged, match=r"has .* bytes, its manifest says"):
        verify_backup(cut)
    with pytest.raises(NotThere):
        verify_backup(tmp_path / "nothing.db")


def test_a_backup_never_takes_anothers_place(full, tmp_path):
    """A file of the name, or a manifest of it, is left as it is."""
    path = tmp_path / "mine.db"
    path.write_text("mine")

    with pytest.raises(Conflict, match=r"mine\.db is there already"):
        back_up(full, path=path)

    assert path.read_text() == "mine"


@pytest.mark.parametrize("text", ["two\nlines", "x" * 501, "\x1b[31m"])
def test_a_description_is_one_plain_line(full, text):
    """Nothing is made for another one."""
    with pytest.raises(Invalid, match="one line"):
        back_up(full, description=text)

    assert list_backups(full) == []


def test_an_absent_database_has_no_backup(empty_house):
    """It is said, and no database is made by asking."""
    with pytest.raises(Missing, match="no database"):
        back_up(empty_house)

    assert not (empty_house.home / "entrepot.db").exists()


def test_only_our_oldest_backups_make_room(environ, full):
    """What we did not make stays, and so does what is damaged."""
    house = build_house({**environ, "ENTREPOT_OPERATIONS_BACKUPS_KEPT_COUNT": "2"})
    first = back_up(house)
    folder = Path(first.path).parent
    (folder / "shop.db").write_text("somebody else's")

    made = [back_up(house) for _ in range(3)]

    left = {b.name: b.state for b in list_backups(house)}
    assert left == {
        "shop.db": "unfinished",
        made[1].name: "verified",
        made[2].name: "verified",
    }
    assert first.created_at < min(b.created_at for b in made)
    house.close()


def test_backups_can_be_removed_and_tidied_up(full, backup):
    """By name, or by age: then the newest stays; a dry run only counts."""
    second = back_up(full)
    manifest = Path(f"{backup.path}.json")
    assert clean_up(full, ["backups"], days=1) == {"backups": 0}

    assert remove_backup(full, backup.name).name == backup.name

    assert [b.name for b in list_backups(full)] == [second.name]
    assert not manifest.exists()
    with pytest.raises(NotThere):
        remove_backup(full, "../entrepot.db")
