"""A migration is applied whole, with its record, or leaves nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from entrepot.operations import (
    BrokenMigration,
    MigrationFailed,
    migrate,
    migration_status,
    roll_back,
)
from tests.migrations.conftest import MADE_TABLE, write_step

OURS = "20300101_000000"
NEXT = "20300102_000000"


def tables(house) -> set[str]:
    """Return the tables that are there."""
    with house.store.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def history(house) -> list[tuple[str, bool]]:
    """Return what is noted: version, and whether it was taken back."""
    query = "SELECT version, is_rolled_back FROM migration_history ORDER BY id"
    with house.store.read_session() as session:
        return [(v, bool(back)) for v, back in session.execute(text(query))]


def test_a_step_of_the_home_follows_the_programs(ready, newest):
    """Both folders make one history, and the entry tells who and how long."""
    write_step(ready, OURS, newest)

    moved = migrate(ready, by="ada")

    line = migration_status(ready).steps[0]
    assert moved.versions == (OURS,)
    assert "shelf" in tables(ready)
    assert (line.version, line.state, line.applied_by) == (OURS, "applied", "ada")
    assert line.duration_ms is not None


@pytest.mark.parametrize(
    ("more", "up", "told"),
    [
        (
            "def validate_upgrade(connection):\n"
            "    assert sa.inspect(connection).has_table('shelf')\n"
            "    return False\n",
            MADE_TABLE,
            "validate_upgrade of migration 20300101_000000 said no",
        ),
        ("", f"{MADE_TABLE}\nraise KeyError('cellar')", r"of_the_test\.py:8: 'cellar'"),
        ("", f"{MADE_TABLE}\nop.execute('COMMIT')", "ended its transaction itself"),
        (
            "",
            f"{MADE_TABLE}\nop.drop_table('nothing')",
            r"test\.py:8: .*nothing",
        ),
    ],
)
def test_a_step_that_fails_leaves_nothing(ready, newest, more, up, told):
    """Schema and history are as before; the message names the file and line."""
    write_step(ready, OURS, newest, up=up, more=more)
    before = tables(ready), history(ready), migration_status(ready)

    with pytest.raises(MigrationFailed, match=told):
        migrate(ready, accept_losses=True)

    if "COMMIT" not in up:
        assert (tables(ready), history(ready), migration_status(ready)) == before


def test_the_steps_before_a_failing_one_stay(ready, newest):
    """Each has a transaction of its own."""
    write_step(ready, OURS, newest)
    write_step(ready, NEXT, OURS, up="raise KeyError('cellar')", down="pass")

    with pytest.raises(MigrationFailed, match="20300102_000000_of_the_test"):
        migrate(ready, accept_losses=True)

    assert migration_status(ready).current_version == OURS
    assert "shelf" in tables(ready)


@pytest.mark.parametrize(
    "hook", ["def can_rollback():", "def validate_downgrade(connection):"]
)
def test_a_step_may_refuse_to_be_taken_back(ready, newest, hook):
    """It stands as before, and so does its entry."""
    write_step(ready, OURS, newest, more=f"{hook}\n    return False\n")
    migrate(ready)
    before = tables(ready), history(ready)

    with pytest.raises(MigrationFailed, match="said no"):
        roll_back(ready, newest, accept_losses=True)

    assert (tables(ready), history(ready)) == before


def test_a_step_taken_back_can_be_applied_again(ready, newest):
    """Its first entry is kept as taken back; a new one tells of the second time."""
    write_step(ready, OURS, newest)
    migrate(ready)
    roll_back(ready, newest, by="bob", accept_losses=True)
    assert "shelf" not in tables(ready)
    assert migration_status(ready).rolled_back == [OURS]

    migrate(ready)

    assert history(ready)[-2:] == [(OURS, True), (OURS, False)]
    assert "shelf" in tables(ready)
    assert migration_status(ready).rolled_back == []


def test_a_changed_file_is_told(ready, newest):
    """The status names an applied step whose file is another by now."""
    path = write_step(ready, OURS, newest)
    migrate(ready)
    assert migration_status(ready).changed_files == []

    path.write_text(path.read_text() + "# later\n")

    assert migration_status(ready).changed_files == [OURS]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = (\n", r"0_broken\.py:1: "),
        ("import nothing_of_this_name\n", r"0_broken\.py:1: No module named"),
        (
            "revision = '7'\ndown_revision = '0001'\n",
            r"0_broken\.py: its revision is not '20300101_000000'",
        ),
        ("pass\n", r"0_broken\.py"),
    ],
)
def test_a_broken_file_fails_loudly(house, text, told):
    """No migration runs while one cannot be read; the message names it."""
    folder = house.home / "migrations"
    folder.mkdir(parents=True)
    (folder / f"{OURS}_broken.py").write_text(text)

    with pytest.raises(BrokenMigration, match=told):
        migrate(house)

    assert tables(house) == set()


@pytest.mark.parametrize("name", ["add_things.py", "1x_things.py", "0001_again.py"])
def test_a_file_without_a_version_of_its_own_is_refused(house, name):
    """A name that does not begin with a new version stops everything."""
    folder = house.home / "migrations"
    folder.mkdir(parents=True)
    (folder / name).write_text("")

    with pytest.raises(BrokenMigration, match=name):
        migrate(house)


COPIES_PARENT = """\
with op.batch_alter_table("shelf") as batch:
    batch.add_column(sa.Column("room", sa.String(20)))
    batch.create_check_constraint("ck_shelf_room", "room <> 'attic'")
"""
WITH_BOOKS = f"""\
{MADE_TABLE}
op.create_table("book", sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("shelf_id", sa.Integer, sa.ForeignKey("shelf.id", ondelete="CASCADE")))
op.execute("INSERT INTO shelf (id) VALUES (1), (2)")
op.execute("INSERT INTO book (id, shelf_id) VALUES (1, 1), (2, 1), (3, 2)")
"""


def test_a_table_that_others_refer_to_is_copied_with_their_rows(ready, newest):
    """Dropping the old copy takes no row of those that refer to it."""
    write_step(ready, OURS, newest, up=WITH_BOOKS)
    write_step(ready, NEXT, OURS, up=COPIES_PARENT)

    migrate(ready)

    with ready.store.session() as session:
        assert session.scalar(text("SELECT count(*) FROM book")) == 3
        session.execute(text("DELETE FROM shelf WHERE id = 1"))
        assert session.scalar(text("SELECT count(*) FROM book")) == 1
        assert session.scalar(text("SELECT count(*) FROM shelf WHERE room IS NULL"))


def test_a_step_that_breaks_references_is_undone(ready, newest):
    """What would lead nowhere is found before the commit."""
    write_step(ready, OURS, newest, up=WITH_BOOKS)
    write_step(ready, NEXT, OURS, up='op.execute("INSERT INTO book VALUES (9, 99)")')

    with pytest.raises(MigrationFailed, match=r"lead nowhere: book to shelf|violates"):
        migrate(ready)

    with ready.store.read_session() as session:
        assert session.scalar(text("SELECT count(*) FROM book")) == 3
